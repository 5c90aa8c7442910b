#include "sandbox/models/pattern_example.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <limits>

namespace chutes::sandbox {
namespace {

constexpr std::size_t most_repetitions = 1000;
constexpr std::size_t longest_text = 10'000;
constexpr std::size_t deepest_group = 50;

// The characters that \d, \w, \s and their opposites stand for, as far as examples need them.
std::optional<std::string> class_of_escape(char letter) {
  switch (letter) {
  case 'd':
    return "0123456789";
  case 'w':
    return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  case 's':
    return " \t\n";
  case 'D':
    return "a -";
  case 'W':
    return " -";
  case 'S':
    return "a0-";
  default:
    return std::nullopt;
  }
}

char control_of_escape(char letter) {
  switch (letter) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case 'r':
    return '\r';
  case 'f':
    return '\f';
  case 'v':
    return '\v';
  default:
    return letter;
  }
}

// Reads a pattern once and writes a text that matches it: the first alternative, the first character of a
// class, each repetition `extra` times more often than it must be, as far as it may.
class PatternReader {
public:
  PatternReader(std::string_view pattern, std::size_t extra) : m_pattern(pattern), m_extra(extra) {}

  std::optional<std::string> read() {
    auto text = alternatives();
    return m_failed || m_at != m_pattern.size() ? std::nullopt : std::optional{std::move(text)};
  }

private:
  [[nodiscard]] bool at_end() const { return m_at == m_pattern.size(); }
  [[nodiscard]] bool next_is(char c) const { return !at_end() && m_pattern[m_at] == c; }
  bool take(std::string_view text) {
    if (!m_pattern.substr(m_at).starts_with(text))
      return false;
    m_at += text.size();
    return true;
  }
  std::string fail() {
    m_failed = true;
    m_at = m_pattern.size();
    return {};
  }

  std::string alternatives() {
    auto text = sequence();
    while (take("|"))
      sequence();
    return text;
  }

  std::string sequence() {
    std::string text;
    while (!at_end() && !next_is('|') && !next_is(')')) {
      const auto part = atom();
      const auto times = repetitions();
      if (text.size() + part.size() * times > longest_text)
        return fail();
      for (std::size_t time = 0; time < times; ++time)
        text += part;
    }
    return text;
  }

  std::string atom() {
    if (take("^") || take("$") || take("\\b"))
      return {};
    if (take("("))
      return group();
    if (take("["))
      return one_of_class();
    if (take("\\"))
      return escaped();
    if (take("."))
      return "a";
    if (std::string_view{"*+?{"}.find(m_pattern[m_at]) != std::string_view::npos)
      return fail();
    const auto size = next_character(m_pattern.substr(m_at)).length;
    m_at += size;
    return std::string{m_pattern.substr(m_at - size, size)};
  }

  std::string group() {
    if (take("?") && !take(":")) {
      if (!take("<") || next_is('=') || next_is('!')) // a lookaround
        return fail();
      m_at = std::min(m_pattern.find('>', m_at), m_pattern.size() - 1) + 1;
    }
    if (++m_depth > deepest_group)
      return fail();
    auto text = alternatives();
    --m_depth;
    return take(")") ? text : fail();
  }

  std::string escaped() {
    if (at_end())
      return fail();
    const char letter = m_pattern[m_at++];
    if (const auto characters = class_of_escape(letter))
      return characters->substr(0, 1);
    if (is_digit(letter) || std::string_view{"Bkpux"}.find(letter) != std::string_view::npos)
      return fail();
    return {control_of_escape(letter)};
  }

  std::string one_of_class() {
    const bool negated = take("^");
    std::string members;
    while (!next_is(']')) {
      if (at_end())
        return fail();
      add_member(members);
    }
    m_at += 1;
    if (!negated)
      return members.empty() ? fail() : members.substr(0, next_character(members).length);
    const std::string_view candidates{"a0 -_.AZz9!"};
    const auto free = candidates.find_first_not_of(members);
    return free == std::string_view::npos ? fail() : std::string{candidates.substr(free, 1)};
  }

  // Reads one member of a class: a character, an escape or a range.
  void add_member(std::string& members) {
    if (take("\\")) {
      if (at_end())
        return;
      const char letter = m_pattern[m_at++];
      members += class_of_escape(letter).value_or(std::string{control_of_escape(letter)});
      return;
    }
    const char first = m_pattern[m_at++];
    const bool range = next_is('-') && m_at + 1 < m_pattern.size() && m_pattern[m_at + 1] != ']';
    if (!range) {
      members += first;
      return;
    }
    const auto last = static_cast<unsigned char>(m_pattern[m_at + 1]);
    m_at += 2;
    for (unsigned int c = static_cast<unsigned char>(first); c <= last; ++c)
      members += static_cast<char>(c);
  }

  std::size_t repetitions() {
    std::size_t fewest = 1;
    std::size_t most = 1;
    if (take("*"))
      fewest = 0, most = most_repetitions;
    else if (take("+"))
      most = most_repetitions;
    else if (take("?"))
      fewest = 0;
    else if (take("{")) {
      fewest = number();
      most = take(",") ? (next_is('}') ? most_repetitions : number()) : fewest;
      if (!take("}") || fewest > most)
        fail();
    }
    take("?"); // lazy or not, the shortest text is the same
    return std::min(fewest + m_extra, most);
  }

  std::size_t number() {
    const auto begin = m_at;
    std::size_t value = 0;
    while (!at_end() && is_digit(m_pattern[m_at]))
      value = std::min(value * 10 + static_cast<std::size_t>(m_pattern[m_at++] - '0'), longest_text);
    if (m_at == begin)
      fail();
    return value;
  }

  std::string_view m_pattern;
  std::size_t m_extra;
  std::size_t m_at = 0;
  std::size_t m_depth = 0;
  bool m_failed = false;
};

} // namespace

std::optional<std::string> example_of_pattern(std::string_view pattern, std::size_t fewest) {
  const auto most_extra = std::min(fewest, most_repetitions);
  for (std::size_t extra = 0; extra <= most_extra; ++extra) {
    auto text = PatternReader{pattern, extra}.read();
    if (!text || character_count(*text) >= fewest)
      return text;
  }
  return std::nullopt;
}

} // namespace chutes::sandbox
