// UTF-8 read character by character (RFC 3629), from bytes that may end in mid-character.
#pragma once

#include <cstddef>
#include <optional>
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
// How many characters `text` holds; each invalid sequence counts as one.
[[nodiscard]] std::size_t character_count(std::string_view text);
// `text` without a byte order mark (U+FEFF) in front, which some editors write into files.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);
// Whether all of it is UTF-8 without a NUL, as text is.
[[nodiscard]] bool is_plain_text(std::string_view bytes);

} // namespace chutes
