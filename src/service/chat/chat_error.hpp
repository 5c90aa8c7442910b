// Errors inside an answer whose status is a success: engines and the gateways before them have many forms.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::service {

// Returns the reason, one line and not empty, if `piece` (a chunk, or a whole answer) reports an error: an
// `error` that says something, of its own, of a choice or of its message, or `errors`; "object" or "type":
// "error"; and without choices, a `detail`, an `error_message`, or a message with a status of 400 or above.
[[nodiscard]] std::optional<std::string> reported_error(const Json& piece);

// Whether `piece` holds nothing of an answer, but an `error` that says nothing, as of an exception without a
// message, or a message with a code: only what follows can tell whether that was an error.
[[nodiscard]] bool may_be_error(const Json& piece);

// Whether an event of this name reports an error ("error", "exception", …).
[[nodiscard]] bool names_error(std::string_view event_name);

// Returns the reason that the data of such an event gives, JSON or text: one line and not empty.
[[nodiscard]] std::string reason_in(std::string_view data);

} // namespace chutes::service
