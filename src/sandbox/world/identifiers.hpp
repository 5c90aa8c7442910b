// Random identifiers and secrets in the service's formats.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chutes::sandbox {

inline constexpr std::string_view lower_alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view alphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view hexadecimal = "0123456789abcdef";

[[nodiscard]] std::string random_characters(std::string_view alphabet, std::size_t count);
[[nodiscard]] std::string random_uuid(); // version 4
// Returns SHA-256 in hexadecimal, the form in which secrets are stored.
[[nodiscard]] std::string digest_of(std::string_view secret);
// Returns BASE64URL(SHA256(verifier)), RFC 7636 §4.6.
[[nodiscard]] std::string s256(std::string_view code_verifier);

} // namespace chutes::sandbox
