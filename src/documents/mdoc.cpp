#include "documents/mdoc.hpp"

#include <sstream>

namespace chutes::documents {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if (c == '\'')
      result += "\\(aq";
    else if (c == '`')
      result += "\\(ga";
    else if (c == '^')
      result += "\\(ha";
    else if (c == '~')
      result += "\\(ti";
    else
      result += c;
  }
  return result;
}

std::string protected_line(const std::string& line) {
  return line.starts_with('.') ? "\\&" + line : line;
}

// Each sentence begins a line of its own.
std::string in_lines(std::string text) {
  for (std::size_t at = text.find(". "); at != std::string::npos; at = text.find(". ", at + 1))
    text[at + 1] = '\n';
  return text;
}

} // namespace

std::string mdoc_text(std::string_view text) {
  return protected_line(in_lines(escaped(text)));
}

std::string mdoc_literal(std::string_view line) {
  return protected_line(escaped(line));
}

std::string mdoc_arguments(std::string_view text) {
  std::istringstream stream{std::string{text}};
  std::string result;
  for (std::string word; stream >> word;)
    result += (result.empty() ? "\\&" : " \\&") + escaped(word);
  return result;
}

std::string mdoc_option(const cli::OptionWord& option) {
  std::string text;
  for (const auto& name : option.names)
    text += (text.empty() ? "Fl " : " , Fl ") + escaped(name.substr(1));
  if (option.placeholder.empty())
    return text;
  const auto value = mdoc_arguments(option.placeholder);
  return text + (option.value_optional ? " Ns Op = Ns Ar " + value : " Ar " + value);
}

std::string mdoc_footer(const std::string& footer) {
  std::istringstream lines{footer};
  std::string text;
  bool literal = false;
  bool new_paragraph = true;
  for (std::string line; std::getline(lines, line);) {
    const bool indented = line.starts_with("  ");
    if (literal && !indented)
      text += ".Ed\n";
    if (!literal && indented)
      text += ".Bd -literal -offset indent\n";
    if (literal && !indented)
      new_paragraph = true;
    literal = indented;
    if (line.empty()) {
      new_paragraph = true;
      continue;
    }
    if (!indented && new_paragraph)
      text += ".Pp\n";
    new_paragraph = false;
    text += (indented ? mdoc_literal(line.substr(2)) : mdoc_text(line)) + "\n";
  }
  return text + (literal ? ".Ed\n" : "");
}

} // namespace chutes::documents
