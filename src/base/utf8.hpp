// UTF-8 read character by character (RFC 3629), from bytes that may end in mid-character.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chutes {

enum class Utf8 { complete, incomplete, invalid };

struct Utf8Character {
  Utf8 kind;
  std::size_t length; // bytes: of the character, or of what is invalid at the front (at least 1)
  char32_t value;     // U+FFFD unless complete
};

// The character at the front of `bytes`, which must not be empty.
[[nodiscard]] Utf8Character next_character(std::string_view bytes);

// The position of the first byte that is not UTF-8 (or begins an incomplete character); absent if `text` is
// UTF-8.
[[nodiscard]] std::optional<std::size_t> invalid_utf8_at(std::string_view text);
// Halves of a surrogate pair: JSON may write one without the other. As bytes they are encoded like characters
// (WTF-8), which is not UTF-8.
[[nodiscard]] constexpr bool is_high_surrogate(char32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
[[nodiscard]] constexpr bool is_low_surrogate(char32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}
// The character of a pair.
[[nodiscard]] constexpr char32_t joined_surrogates(char32_t high, char32_t low) {
  return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
}
void append_utf8(std::string& text, char32_t character);

// `text` with the halves joined that follow each other, and U+FFFD for anything else that is not UTF-8.
[[nodiscard]] std::string well_formed(std::string_view text);

// Makes text that arrives in pieces well formed, without breaking characters that two pieces share.
class Utf8Joiner {
public:
  // What is complete: `piece`, after what was held back of the one before, without an unfinished character or
  // a first half at its end. Lives as long as `piece`, and until the next call.
  [[nodiscard]] std::string_view next(std::string_view piece);
  // U+FFFD if something is still held back; else nothing.
  [[nodiscard]] std::string end();
  [[nodiscard]] bool holds_back() const { return !m_unfinished.empty(); }

private:
  std::string m_unfinished;
  std::string m_text;
};

// How many characters `text` holds; each invalid sequence counts as one.
[[nodiscard]] std::size_t character_count(std::string_view text);
// `text` without a byte order mark (U+FEFF) in front, which some editors write into files.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);
// Whether all of it is UTF-8 without a NUL, as text is.
[[nodiscard]] bool is_plain_text(std::string_view bytes);

} // namespace chutes
