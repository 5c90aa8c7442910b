#include "base/shell_word.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace chutes {

std::string shell_quote(std::string_view text) {
  return "'" + join(split(text, '\''), "'\\''") + "'";
}

std::string shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view{"-_/.:@"}.find(c) != std::string_view::npos;
  });
  return plain ? std::string{text} : shell_quote(text);
}

} // namespace chutes
