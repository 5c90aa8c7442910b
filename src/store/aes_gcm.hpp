// Authenticated encryption by AES-256 in Galois/Counter Mode (NIST SP 800-38D).
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chutes::store {

inline constexpr std::size_t aes_key_length = 32;
inline constexpr std::size_t gcm_nonce_length = 12;
inline constexpr std::size_t gcm_tag_length = 16;

// The ciphertext, as long as `plaintext`, and the tag behind it. A nonce must never serve twice with one key.
// Throws Error{internal} if OpenSSL fails.
[[nodiscard]] std::string aes_gcm_seal(const Secret& key, const std::string& nonce,
                                       const std::string& associated_data, const Secret& plaintext);
// Absent: another key, nonce or associated data, or altered bytes; these cases cannot be distinguished.
[[nodiscard]] std::optional<Secret> aes_gcm_open(const Secret& key, const std::string& nonce,
                                                 const std::string& associated_data, std::string_view sealed);

} // namespace chutes::store
