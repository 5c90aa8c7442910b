#include "base/utf8.hpp"

namespace chutes {
namespace {

constexpr char32_t replacement = 0xFFFD;

} // namespace

Utf8Character next_character(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = at(0);
  if (first < 0x80)
    return {Utf8::complete, 1, first};
  // The second byte's range keeps overlong forms, surrogates and values beyond U+10FFFF out.
  std::size_t length = 0;
  unsigned char lowest = 0x80;
  unsigned char highest = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    lowest = first == 0xE0 ? 0xA0 : 0x80;
    highest = first == 0xED ? 0x9F : 0xBF;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    lowest = first == 0xF0 ? 0x90 : 0x80;
    highest = first == 0xF4 ? 0x8F : 0xBF;
  } else {
    return {Utf8::invalid, 1, replacement};
  }
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= bytes.size())
      return {Utf8::incomplete, i, replacement};
    if (at(i) < lowest || at(i) > highest)
      return {Utf8::invalid, i, replacement};
    value = value << 6 | (at(i) & 0x3FU);
    lowest = 0x80;
    highest = 0xBF;
  }
  return {Utf8::complete, length, value};
}

std::optional<std::size_t> invalid_utf8_at(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80) { // most of any text
      ++at;
      continue;
    }
    const auto character = next_character(text.substr(at));
    if (character.kind != Utf8::complete)
      return at;
    at += character.length;
  }
  return std::nullopt;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count)
    text.remove_prefix(next_character(text).length);
  return count;
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

bool is_plain_text(std::string_view bytes) {
  return !invalid_utf8_at(bytes) && bytes.find('\0') == std::string_view::npos;
}

} // namespace chutes
