// Base64 (RFC 4648 §4) and base64url without padding (RFC 4648 §5, as RFC 7636 appendix A uses it).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chutes {

[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::string base64url_encode(std::string_view bytes); // no padding
// Strict: absent on a character outside the alphabet, wrong padding or non-zero rest bits.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text); // padding not accepted
// As programs write it into JSON: of either alphabet, padded or not, with blanks and line ends anywhere (RFC
// 2045 §6.8). Absent on other characters outside the alphabets, or a rest that is no byte.
[[nodiscard]] std::optional<std::string> base64_decode_any(std::string_view text);

} // namespace chutes
