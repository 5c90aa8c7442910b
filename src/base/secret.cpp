#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace chutes {

void wipe(std::string& text) noexcept {
  OPENSSL_cleanse(text.data(), text.capacity());
  text.clear();
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe(m_text);
    m_text = other.m_text;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe(m_text);
    m_text = std::move(other.m_text);
    wipe(other.m_text);
  }
  return *this;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool operator==(const Secret& a, const Secret& b) {
  return equal_in_constant_time(a.m_text, b.m_text);
}

} // namespace chutes
