// The form of an encrypted file: a header that says how it was sealed, then the ciphertext and its tag. The
// header is the associated data, so that nothing in it can be altered unnoticed.
//
//   offset  bytes  what
//        0     15  "chutes-secrets" and a line feed
//       15      1  version of this form: 1 (scrypt and AES-256-GCM)
//       16      3  log2(N), r and p of scrypt (RFC 7914 §2)
//       19      4  length of the ciphertext without its tag, most significant byte first
//       23     16  salt
//       39     12  nonce
//       51      n  ciphertext, then 16 bytes of tag
#pragma once

#include "store/scrypt.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace chutes::store {

struct SealHeader {
  ScryptCost cost;
  std::uint32_t length = 0; // of the ciphertext without its tag
  std::string salt;         // 16 bytes
  std::string nonce;        // 12 bytes, never the same twice
};

inline constexpr std::size_t seal_header_length = 51;
inline constexpr std::size_t seal_salt_length = 16;

[[nodiscard]] std::string encode(const SealHeader& header);
// The header at the front of a whole file. Throws Error{file}, naming `path`, for a file of another kind,
// of a newer version, of another length than it says, or with costs we would never have chosen and that
// could keep us busy for minutes.
[[nodiscard]] SealHeader decode_header(std::string_view file, const std::string& path);

} // namespace chutes::store
