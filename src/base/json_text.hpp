// JSON numbers as they are written (RFC 8259 §6). nlohmann's values keep what a number is worth, not its
// text: 12345678901234567890123, 1E5 and 1.00 would leave as other texts, the first as another number.
#pragma once

#include "base/json_fields.hpp"

#include <string>
#include <string_view>

namespace chutes {

// Returns `value`, a number that was read from `text`, or, if it would be written differently, a value that
// json_line and json_pretty write as `text`. Every parser of a document that is passed on calls it for its
// numbers; the value is then read with the functions below and those of json_fields, not with nlohmann's.
[[nodiscard]] Json number_as_written(Json value, std::string_view text);
// The same for a text of its own; absent unless `text` is one JSON number. Its size is not limited.
[[nodiscard]] std::optional<Json> parse_number(std::string_view text);

// Whether `value` is a number, in either form.
[[nodiscard]] bool is_number(const Json& value);
// What the number is worth; absent if `value` is no number, or too large for a double.
[[nodiscard]] std::optional<double> number_of(const Json& value);
// The text of the number; empty if `value` is no number.
[[nodiscard]] std::string number_text(const Json& value);

} // namespace chutes
