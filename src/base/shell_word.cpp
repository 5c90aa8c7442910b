#include "base/shell_word.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <utility>

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

namespace {

// Reads command lines word by word (POSIX, Shell Command Language §2.2).
class CommandLineReader {
public:
  explicit CommandLineReader(char separator) : m_separator(separator) {}

  void take(char c) {
    if (m_escaped)
      take_escaped(c);
    else if (c == '\\' && m_quote != '\'')
      m_escaped = true;
    else if (m_quote != 0 ? c == m_quote : (c == '\'' || c == '"'))
      turn_quote(c);
    else if (m_quote == 0 && c == m_separator)
      end_line();
    else if (m_quote == 0 && is_space(c))
      end_word();
    else
      add(c);
  }
  [[nodiscard]] std::vector<std::vector<std::string>> end() {
    end_line();
    return std::move(m_lines);
  }

private:
  // Between double quotes a backslash is one, except before these.
  void take_escaped(char c) {
    m_escaped = false;
    if (m_quote == '"' && std::string_view{"\"\\$`"}.find(c) == std::string_view::npos)
      add('\\');
    add(c);
  }
  void turn_quote(char c) {
    m_quote = m_quote == 0 ? c : '\0';
    m_in_word = true;
  }
  void add(char c) {
    m_word += c;
    m_in_word = true;
  }
  void end_word() {
    if (std::exchange(m_in_word, false))
      m_words.push_back(std::exchange(m_word, {}));
  }
  void end_line() {
    end_word();
    if (!m_words.empty() && m_quote == 0 && !m_escaped)
      m_lines.push_back(std::move(m_words));
    m_words.clear();
  }

  char m_separator;
  char m_quote = 0;
  bool m_escaped = false;
  bool m_in_word = false;
  std::string m_word;
  std::vector<std::string> m_words;
  std::vector<std::vector<std::string>> m_lines;
};

} // namespace

std::vector<std::vector<std::string>> split_command_lines(std::string_view text, char separator) {
  CommandLineReader reader{separator};
  for (const char c : text)
    reader.take(c);
  return reader.end();
}

} // namespace chutes
