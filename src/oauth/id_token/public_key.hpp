// A public key that verifies signatures with OpenSSL.
#pragma once

#include "oauth/id_token/signature_algorithm.hpp"

#include <memory>
#include <optional>
#include <string_view>

struct evp_pkey_st; // OpenSSL's EVP_PKEY

namespace chutes::oauth {

class PublicKey {
public:
  // Each makes a key from big-endian bytes, as in a JSON Web Key (RFC 7518 §6, RFC 8037 §2); absent if they
  // are not a valid key. An RSA key must have at least 2048 bits (RFC 7518 §3.3), and at most 8192, so that a
  // server cannot make verification arbitrarily slow.
  [[nodiscard]] static std::optional<PublicKey> rsa(std::string_view modulus, std::string_view exponent);
  [[nodiscard]] static std::optional<PublicKey> p256(std::string_view x, std::string_view y);
  [[nodiscard]] static std::optional<PublicKey> ed25519(std::string_view x);

  // Whether a key of this kind can make such signatures.
  [[nodiscard]] bool suits(SignatureAlgorithm algorithm) const;
  // Whether `signature` (RFC 7518 §3.3-3.5, RFC 8037 §3.1) is this key's over `text`.
  [[nodiscard]] bool verifies(SignatureAlgorithm algorithm, std::string_view text,
                              std::string_view signature) const;

private:
  enum class Kind { rsa, p256, ed25519 };
  PublicKey(Kind kind, std::shared_ptr<evp_pkey_st> key) : m_kind(kind), m_key(std::move(key)) {}

  Kind m_kind;
  std::shared_ptr<evp_pkey_st> m_key;
};

} // namespace chutes::oauth
