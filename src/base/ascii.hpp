// ASCII text: case, blanks, lists and quotes, whatever the locale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chutes {

// A-Z and a-z only; other bytes stay as they are.
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] bool starts_with_ignoring_case(std::string_view text, std::string_view beginning);

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
// Blank, or the end of a line.
[[nodiscard]] constexpr bool is_space(char c) {
  return is_blank(c) || (c >= '\n' && c <= '\r');
}

// `text` without the characters of `what` at both ends.
[[nodiscard]] std::string_view trim(std::string_view text, std::string_view what = " \t\r\n");

// The parts between separators, empty ones included: "a,,b" is "a", "" and "b"; "" is one empty part.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
// The parts that are not empty.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text, char separator = ' ');
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

// `text` between two marks: "name".
[[nodiscard]] std::string quote(std::string_view text, char mark = '"');
// `text` with spaces up to `width` bytes behind it, or before it.
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t width);

} // namespace chutes
