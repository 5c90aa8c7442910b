#include "cli/app/secrets/env_file.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

// One assignment, or a line that is not an assignment, as positions in the text.
struct Entry {
  std::string_view name;  // empty: not an assignment
  std::size_t value = 0;  // where the value begins,
  std::size_t behind = 0; // and ends, its quotes included
  std::size_t next = 0;   // where the next entry begins
};

bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t", at), text.size());
}

std::size_t end_of_name(std::string_view text, std::size_t at) {
  while (at < text.size() && is_name_character(text[at]))
    ++at;
  return at;
}

// Returns the position after the closing quote of the value at `at`; npos if it is not quoted, or not closed.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  const char quote = at < text.size() ? text[at] : '\0';
  if (quote != '"' && quote != '\'' && quote != '`')
    return std::string_view::npos;
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"')
      ++at;
    else if (text[at] == quote)
      return at + 1;
  }
  return std::string_view::npos;
}

// Returns the end of a value without quotes: before a comment that follows a blank, and trailing blanks.
std::size_t end_of_plain(std::string_view text, std::size_t at, std::size_t line_end) {
  auto end = line_end;
  for (auto hash = text.find('#', at); hash < line_end; hash = text.find('#', hash + 1))
    if (hash == at || text[hash - 1] == ' ' || text[hash - 1] == '\t') {
      end = hash;
      break;
    }
  while (end > at && std::string_view{" \t\r"}.find(text[end - 1]) != std::string_view::npos)
    --end;
  return end;
}

Entry entry_at(std::string_view text, std::size_t begin) {
  const auto line_end = std::min(text.find('\n', begin), text.size());
  Entry entry;
  entry.next = std::min(line_end + 1, text.size());
  auto at = skip_blanks(text, begin);
  auto behind_name = end_of_name(text, at);
  if (text.substr(at, behind_name - at) == "export") {
    at = skip_blanks(text, behind_name);
    behind_name = end_of_name(text, at);
  }
  const auto equals = skip_blanks(text, behind_name);
  if (behind_name == at || equals >= line_end || text[equals] != '=')
    return entry;
  entry.name = text.substr(at, behind_name - at);
  entry.value = skip_blanks(text, equals + 1);
  entry.behind = end_of_quoted(text, entry.value);
  if (entry.behind == std::string_view::npos)
    entry.behind = end_of_plain(text, entry.value, line_end);
  else
    entry.next = std::min(text.find('\n', entry.behind), text.size() - 1) + 1;
  return entry;
}

std::string written_value(const std::string& value) {
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) { return is_name_character(c); });
  const bool quotable = std::all_of(value.begin(), value.end(), [](char c) {
    return c >= ' ' && c <= '~' && std::string_view{"\"\\$`"}.find(c) == std::string_view::npos;
  });
  if (!quotable)
    throw Error{ErrorKind::service, "the service returned a value that an env file cannot hold",
                "choose another destination with --secret-to"};
  return plain && !value.empty() ? value : '"' + value + '"';
}

// Returns the value as dotenv does.
std::string value_of(std::string_view text, const Entry& entry) {
  auto raw = text.substr(entry.value, entry.behind - entry.value);
  const bool quoted = raw.size() > 1 && end_of_quoted(raw, 0) == raw.size();
  if (!quoted) {
    raw = raw.substr(0, raw.find('#'));
    const auto last = raw.find_last_not_of(" \t\r");
    return std::string{raw.substr(0, last == std::string_view::npos ? 0 : last + 1)};
  }
  std::string value;
  const bool escapes = raw.front() == '"';
  raw = raw.substr(1, raw.size() - 2);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool line_break =
        escapes && raw[i] == '\\' && i + 1 < raw.size() && (raw[i + 1] == 'n' || raw[i + 1] == 'r');
    value += !line_break ? raw[i] : raw[i + 1] == 'n' ? '\n' : '\r';
    i += line_break ? 1 : 0;
  }
  return value;
}

bool is_invalid(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && line[first] != '#';
}

} // namespace

std::string with_variables(std::string_view text, const Variables& variables) {
  std::string result;
  std::vector<bool> found(variables.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto entry = entry_at(text, at);
    const auto variable = std::find_if(variables.begin(), variables.end(),
                                       [&](const auto& wanted) { return wanted.first == entry.name; });
    if (variable == variables.end()) {
      result += text.substr(at, entry.next - at);
    } else {
      found[static_cast<std::size_t>(variable - variables.begin())] = true;
      result += text.substr(at, entry.value - at);
      result += written_value(variable->second);
      result += text.substr(entry.behind, entry.next - entry.behind);
    }
    at = entry.next;
  }
  const std::string line_end = text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
  for (std::size_t i = 0; i < variables.size(); ++i)
    if (!found[i]) {
      result += result.empty() || result.ends_with('\n') ? "" : line_end;
      result += variables[i].first + "=" + written_value(variables[i].second) + line_end;
    }
  return result;
}

EnvFile parse_env_file(std::string_view text) {
  EnvFile file;
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const auto entry = entry_at(text, at);
    const auto piece = text.substr(at, entry.next - at);
    if (!entry.name.empty())
      file.variables.insert_or_assign(std::string{entry.name}, Secret{value_of(text, entry)});
    else if (is_invalid(piece))
      file.invalid_lines.push_back(line);
    line += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
    at = entry.next;
  }
  return file;
}

} // namespace chutes::cli
