#include "base/secret.hpp"

#include "base/ascii.hpp"

#include <openssl/crypto.h>

#include <array>

namespace chutes {

void wipe(std::string& text) noexcept {
  OPENSSL_cleanse(text.data(), text.capacity());
  text.clear();
}

[[gnu::noinline]] void wipe_stack() noexcept {
  std::array<char, std::size_t{64} * 1024> below; // NOLINT: not to be initialized, but wiped
  OPENSSL_cleanse(below.data(), below.size());
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

bool looks_like_a_secret(std::string_view text) {
  for (const std::string_view prefix : {"cpk_", "cak_", "crt_", "csc_", "eyJ"})
    if (text.find(prefix) != std::string_view::npos)
      return true;
  // A name of many parts, as models have them, is long too: it has no long part of letters and digits.
  constexpr std::size_t shortest_random = 24; // characters
  constexpr std::size_t shortest_part = 8;
  std::size_t length = 0;
  std::size_t part = 0;
  bool digit = false;
  bool letter = false;
  bool part_by_chance = false;
  for (const char c : text) {
    const bool of_part = is_digit(c) || is_letter(c);
    const bool goes_on = of_part || std::string_view{"-_+/=.~"}.find(c) != std::string_view::npos;
    length = goes_on ? length + 1 : 0;
    part = of_part ? part + 1 : 0;
    digit = of_part && (digit || is_digit(c));
    letter = of_part && (letter || is_letter(c));
    part_by_chance = goes_on && (part_by_chance || (part >= shortest_part && digit && letter));
    if (length >= shortest_random && part_by_chance)
      return true;
  }
  return false;
}

} // namespace chutes
