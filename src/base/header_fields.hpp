// The header fields of an HTTP/1.1 message (RFC 9110 §5, RFC 9112 §5), read strictly: one malformed line
// makes all of them invalid.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chutes {

using HeaderFields = std::vector<std::pair<std::string, std::string>>; // in order, names as written

// Returns whether `text` is a token (RFC 9110 §5.6.2), as methods and field names are.
[[nodiscard]] bool is_token(std::string_view text);
// Returns whether `text` holds no control character but tabs.
[[nodiscard]] bool is_field_value(std::string_view text);

// Removes the line at the front of `rest` and returns it without its CRLF; absent, and `rest` unchanged, if
// no CRLF ends it.
[[nodiscard]] std::optional<std::string_view> take_line(std::string_view& rest);

// Returns the fields in `text`: field lines and the empty line that ends them, all with CRLF. Absent if a
// line is malformed or folded, the empty line is missing, or anything follows it. Values lose the blanks
// around them.
[[nodiscard]] std::optional<HeaderFields> parse_header_fields(std::string_view text);

} // namespace chutes
