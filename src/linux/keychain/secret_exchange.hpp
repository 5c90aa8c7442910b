// The Secret Service's key agreement, "dh-ietf1024-sha256-aes128-cbc-pkcs7": what keeps secrets off the bus.
// Diffie and Hellman's in RFC 2409's second group, HKDF with SHA-256 (RFC 5869) to a key, AES in CBC mode.
#pragma once

#include "base/secret.hpp"

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chutes::on_linux {

class SecretExchange {
public:
  static constexpr const char* algorithm = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

  // Draws a key pair for one session. Throws Error{internal} if OpenSSL cannot.
  SecretExchange();

  // Ours, for the peer.
  [[nodiscard]] const std::string& public_key() const { return m_public_key; }

  // Agrees on the session's key. False, and no key: the peer's is none that may be used.
  [[nodiscard]] bool agree(std::string_view peers_public_key);

  // Absent unless `ciphertext` is well padded under the key that was agreed on.
  [[nodiscard]] std::optional<Secret> decrypt(std::string_view nonce, std::string_view ciphertext) const;

private:
  struct FreeNumber {
    void operator()(BIGNUM* number) const noexcept;
  };
  using Number = std::unique_ptr<BIGNUM, FreeNumber>; // wiped

  Number m_private_key;
  std::string m_public_key;
  Secret m_key;
};

} // namespace chutes::on_linux
