#include "sandbox/world/like.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <clocale>
#include <cwctype>
#include <string>
#include <vector>

namespace chutes::sandbox {
namespace {

// The classes of characters, whatever the locale of the program: glibc has this one built in.
locale_t characters() {
  static const locale_t all = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return all;
}

std::u32string folded(std::string_view text) {
  std::u32string result;
  while (!text.empty()) {
    const auto character = next_character(text);
    result += static_cast<char32_t>(::towlower_l(static_cast<wint_t>(character.value), characters()));
    text.remove_prefix(character.length);
  }
  return result;
}

bool matches(std::u32string_view text, std::u32string_view pattern) {
  if (pattern.empty())
    return text.empty();
  if (pattern.front() == U'%') {
    for (std::size_t skipped = 0; skipped <= text.size(); ++skipped)
      if (matches(text.substr(skipped), pattern.substr(1)))
        return true;
    return false;
  }
  if (text.empty())
    return false;
  const bool literal = pattern.front() == U'\\' && pattern.size() > 1;
  const char32_t wanted = pattern[literal ? 1 : 0];
  return ((!literal && wanted == U'_') || text.front() == wanted) &&
         matches(text.substr(1), pattern.substr(literal ? 2 : 1));
}

bool is_name_character(char32_t c) {
  return c == U'_' || c == U'-' || c == U'.' || ::iswalnum_l(static_cast<wint_t>(c), characters()) != 0 ||
         ::iswspace_l(static_cast<wint_t>(c), characters()) != 0;
}

} // namespace

bool is_like(std::string_view text, std::string_view pattern) {
  return matches(folded(text), folded(pattern));
}

bool has_name_characters(std::string_view name) {
  while (!name.empty()) {
    const auto character = next_character(name);
    if (!is_name_character(character.value))
      return false;
    name.remove_prefix(character.length);
  }
  return true;
}

std::string_view stripped(std::string_view text) {
  constexpr std::string_view spaces = " \t\n\v\f\r";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

} // namespace chutes::sandbox
