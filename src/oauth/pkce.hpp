// Proof Key for Code Exchange (RFC 7636): keeps the code verifier and sends its S256 challenge.
#pragma once

#include "base/secret.hpp"
#include "platform/random.hpp"

#include <string>

namespace chutes::oauth {

class CodeVerifier {
public:
  // 32 random bytes as 43 base64url characters (RFC 7636 §4.1).
  [[nodiscard]] static CodeVerifier generate(Random& random);
  explicit CodeVerifier(Secret value) : m_value(std::move(value)) {}

  [[nodiscard]] const Secret& value() const { return m_value; }
  // BASE64URL(SHA256(verifier)), the method S256 (RFC 7636 §4.2).
  [[nodiscard]] std::string challenge() const;

private:
  Secret m_value;
};

} // namespace chutes::oauth
