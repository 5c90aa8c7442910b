// Looking through a batch without sending anything: what is there already, whether it belongs together, and
// what would be sent.
#pragma once

#include "base/error.hpp"
#include "cli/batch/batch_requests.hpp"
#include "platform/json_lines_files.hpp"
#include "service/batch/finished_lines.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace chutes::cli {

// For JsonLinesFiles::resume: keeps the answered lines and notes them in `finished`, which must outlive it;
// lets go of failed ones, which are sent again. Throws Error{usage} for a line that is no result.
[[nodiscard]] std::function<bool(std::string_view)> keeping_answered(const std::string& path,
                                                                     service::FinishedLines& finished);

// The results are not those of this input: `line` was answered as another request.
[[nodiscard]] Error foreign_results(const service::BatchLine& line);

// Throws Error{usage} if `finished` holds lines that `input` does not.
void require_same_input(LineReader& input, const service::BatchDefaults& defaults,
                        service::FinishedLines& finished);

// Prints how many lines could be sent, why the first of the others cannot, and the first request.
void describe_batch(LineReader& input, const BatchRequests& requests, const InvokeOptions& options,
                    Context& context);

} // namespace chutes::cli
