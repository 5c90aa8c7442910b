// Examines a batch without sending anything: which results exist, whether they belong to the input, and what
// would be sent.
#pragma once

#include "base/error.hpp"
#include "cli/batch/batch_requests.hpp"
#include "platform/json_lines_files.hpp"
#include "service/batch/finished_lines.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace chutes::cli {

// For JsonLinesFiles::resume: keeps answered lines and adds them to `finished`, which must outlive it; drops
// failed ones, which are sent again, and blank ones. Throws Error{usage} for another line that is not a
// result, and for an answer to a request that is not in `input`, unless that is null.
[[nodiscard]] std::function<bool(std::string_view)>
keeping_answered(const std::string& path, service::FinishedLines& finished, service::FinishedLines* input);

// The error for results of another input: they answer another request in the place of `line`.
[[nodiscard]] Error foreign_results(const service::BatchLine& line);

// Reads `input` to its end. Throws Error{usage} if a custom_id in it is empty or repeated. Adds its requests
// to `requests`, unless that is null.
void examine_input(LineReader& input, const service::BatchDefaults& defaults,
                   service::FinishedLines* requests);

// Prints how many lines can be sent, why the first of the others cannot, and the first request.
void describe_batch(LineReader& input, const BatchRequests& requests, const InvokeOptions& options,
                    Context& context);

} // namespace chutes::cli
