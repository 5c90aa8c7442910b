#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace chutes {
namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::size_t half_length = 3; // bytes

// Whether the first eight bytes are ASCII, as most of any text is.
bool begins_with_ascii(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  std::uint64_t bytes = high_bits;
  if (text.size() >= sizeof bytes)
    std::memcpy(&bytes, text.data(), sizeof bytes);
  return (bytes & high_bits) == 0;
}

// The surrogate half at the front of `bytes`, if there is one.
std::optional<char32_t> half_at_front(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < half_length || at(0) != 0xED || at(1) < 0xA0 || at(1) > 0xBF || at(2) < 0x80 ||
      at(2) > 0xBF)
    return std::nullopt;
  return 0xD000U | (at(1) & 0x3FU) << 6U | (at(2) & 0x3FU);
}

// How many bytes at the end of `text` may be the beginning of a character.
std::size_t unfinished_at_end(std::string_view text) {
  for (std::size_t length = 1; length <= half_length && length <= text.size(); ++length) {
    const auto end = text.substr(text.size() - length);
    const auto half = half_at_front(end);
    const auto character = next_character(end);
    const bool begun = character.kind == Utf8::incomplete && character.length == length;
    if (begun || (half && is_high_surrogate(*half)))
      return length;
  }
  return 0;
}

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
    if (begins_with_ascii(text.substr(at))) {
      at += sizeof(std::uint64_t);
      continue;
    }
    if (static_cast<unsigned char>(text[at]) < 0x80) {
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

void append_utf8(std::string& text, char32_t character) {
  const auto add = [&](char32_t bits) { text += static_cast<char>(static_cast<unsigned char>(bits)); };
  const auto add_rest = [&](unsigned shift) { add(0x80U | (character >> shift & 0x3FU)); };
  if (character < 0x80)
    return add(character);
  if (character < 0x800) {
    add(0xC0U | character >> 6U);
  } else {
    if (character < 0x10000) {
      add(0xE0U | character >> 12U);
    } else {
      add(0xF0U | character >> 18U);
      add_rest(12);
    }
    add_rest(6);
  }
  add_rest(0);
}

std::string well_formed(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto plain = std::min(invalid_utf8_at(text).value_or(text.size()), text.size());
    result += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty())
      break;
    const auto high = half_at_front(text);
    const auto low = high ? half_at_front(text.substr(half_length)) : std::nullopt;
    const bool pair = low && is_high_surrogate(*high) && is_low_surrogate(*low);
    append_utf8(result, pair ? joined_surrogates(*high, *low) : replacement);
    text.remove_prefix(pair ? 2 * half_length : high ? half_length : next_character(text).length);
  }
  return result;
}

std::string_view Utf8Joiner::next(std::string_view piece) {
  if (m_unfinished.empty() && !invalid_utf8_at(piece)) // most of any text
    return piece;
  m_unfinished += piece;
  const auto complete = m_unfinished.size() - unfinished_at_end(m_unfinished);
  m_text = well_formed(std::string_view{m_unfinished}.substr(0, complete));
  m_unfinished.erase(0, complete);
  return m_text;
}

std::string Utf8Joiner::end() {
  return well_formed(std::exchange(m_unfinished, {}));
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
