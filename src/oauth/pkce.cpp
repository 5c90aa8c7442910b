#include "oauth/pkce.hpp"

#include "base/base64.hpp"
#include "platform/random_text.hpp"

#include <openssl/sha.h>

#include <array>

namespace chutes::oauth {

CodeVerifier CodeVerifier::generate(Random& random) {
  constexpr std::size_t bytes = 32;
  return CodeVerifier{Secret{random_text(random, bytes)}};
}

std::string CodeVerifier::challenge() const {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  const auto& text = m_value.reveal();
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return base64url_encode(digest);
}

} // namespace chutes::oauth
