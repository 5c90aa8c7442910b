// Answers in a form that the request prescribes (`response_format`).
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>

namespace chutes::sandbox {

// Returns the service's refusal of output bound by a regular expression, else nothing. Like the service, it
// finds a `pattern` of a schema at its top and in lists of alternatives, not in a property.
[[nodiscard]] std::optional<std::string> regex_refusal(const Json& request);

// Returns why the engine rejects the response format, else nothing.
[[nodiscard]] std::optional<std::string> format_refusal(const Json& request);

// Returns JSON of the form that `request` prescribes, with `text` for its free strings; nothing if it
// prescribes none. `request` must have passed format_refusal.
[[nodiscard]] std::optional<std::string> structured_answer(const Json& request, const std::string& text);

} // namespace chutes::sandbox
