// application/x-www-form-urlencoded (WHATWG URL, RFC 6749 appendix B): the format of token requests and of
// redirects. A space is '+', reserved characters are percent-encoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chutes {

using FormFields = std::vector<std::pair<std::string, std::string>>; // in order, names may repeat

// Everything but unreserved characters (RFC 3986 §2.3) as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);
// Absent if a '%' is not followed by two hexadecimal digits. '+' stays '+'.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

// One value as a form has it: percent-encoded, a space as '+'.
[[nodiscard]] std::string encode_form_value(std::string_view text);
[[nodiscard]] std::string encode_form(const FormFields& fields);
// Absent on a broken percent sequence. Empty pieces between '&' are skipped.
[[nodiscard]] std::optional<FormFields> parse_form(std::string_view text);

// The value if `name` occurs exactly once; absent if it is missing or repeated.
[[nodiscard]] std::optional<std::string> single_field(const FormFields& fields, std::string_view name);
[[nodiscard]] std::size_t count_field(const FormFields& fields, std::string_view name);

} // namespace chutes
