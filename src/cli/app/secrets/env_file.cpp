#include "cli/app/secrets/env_file.hpp"

#include "base/ascii.hpp"
#include "base/credential_text.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <optional>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_shown = 300;

// One assignment as dotenv matches it, or a line that is none, as positions in the text.
struct Entry {
  std::string_view name;   // empty: not an assignment
  std::size_t value = 0;   // where the value begins,
  std::size_t read_to = 0; // ends, its quotes included,
  std::size_t behind = 0;  // and ends for a writer, who takes a ';' with it, and a '#' that begins no word
  std::size_t next = 0;    // where the next entry begins
};

constexpr std::string_view blanks = " \t\v\f";

bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
}

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

std::size_t skip(std::string_view text, std::size_t at, std::string_view what) {
  return std::min(text.find_first_not_of(what, at), text.size());
}

// Over line ends, too.
std::size_t skip_spaces(std::string_view text, std::size_t at) {
  return skip(text, at, " \t\v\f\r\n");
}

std::size_t end_of_line(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of("\r\n", at), text.size());
}

std::size_t next_line(std::string_view text, std::size_t at) {
  const auto end = end_of_line(text, at);
  return std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size());
}

std::size_t end_of_name(std::string_view text, std::size_t at) {
  while (at < text.size() && is_name_character(text[at]))
    ++at;
  return at;
}

// The position behind '=', or behind ':' and a space; absent if there is neither.
std::optional<std::size_t> end_of_separator(std::string_view text, std::size_t at) {
  const auto equals = skip_spaces(text, at);
  if (equals < text.size() && text[equals] == '=')
    return equals + 1;
  if (at + 1 < text.size() && text[at] == ':' && is_space(text[at + 1]))
    return at + 2;
  return std::nullopt;
}

// Whether only blanks and a comment follow on the line.
bool ends_there(std::string_view text, std::size_t at) {
  const auto next = skip(text, at, blanks);
  return next == text.size() || text[next] == '\r' || text[next] == '\n' || text[next] == '#';
}

// The position behind the closing quote of the value that begins at `at` with a quote: the first that no
// backslash precedes, else the last that one does. Absent if more than a comment follows it.
std::optional<std::size_t> end_of_quoted(std::string_view text, std::size_t at) {
  std::vector<std::size_t> ends;
  for (auto i = text.find(text[at], at + 1); i != std::string_view::npos; i = text.find(text[at], i + 1)) {
    ends.push_back(i + 1);
    if (text[i - 1] != '\\')
      break;
  }
  const auto end = std::find_if(ends.rbegin(), ends.rend(), [&](auto i) { return ends_there(text, i); });
  return end == ends.rend() ? std::nullopt : std::optional{*end};
}

// Returns the end of a value without quotes: before a comment that follows a blank, and trailing blanks.
std::size_t end_of_plain(std::string_view text, std::size_t at, std::size_t line_end) {
  auto end = line_end;
  for (auto hash = text.find('#', at); hash < line_end; hash = text.find('#', hash + 1))
    if (hash == at || is_blank(text[hash - 1])) {
      end = hash;
      break;
    }
  return at + trim(text.substr(at, end - at), blanks).size();
}

// Returns the end of what a shell takes for the value, and of a ';' behind it; more text stays.
std::size_t end_for_writer(std::string_view text, std::size_t at, std::size_t end) {
  const auto value = text.substr(at, end - at);
  const auto closing = value.empty() || !is_quote(value.front()) ? 0 : value.find(value.front(), 1);
  if (closing == std::string_view::npos) // never closed
    return end;
  const auto word = std::min(value.find(';', closing), value.size());
  const bool more =
      skip(value, closing == 0 ? word : closing + 1, " \t;") < value.size() || value.ends_with('\\');
  return more ? at + (closing == 0 ? std::min(word, value.size() - 1) : closing + 1) : end;
}

void find_value(std::string_view text, std::size_t at, Entry& entry) {
  entry.value = skip_spaces(text, at);
  if (entry.value < text.size() && is_quote(text[entry.value]))
    if (const auto end = end_of_quoted(text, entry.value)) {
      entry.read_to = entry.behind = *end;
      return;
    }
  const auto line_end = end_of_line(text, at);
  entry.value = std::min(skip(text, at, blanks), line_end);
  entry.read_to = std::min(text.find('#', entry.value), line_end);
  entry.behind = end_for_writer(text, entry.value, end_of_plain(text, entry.value, line_end));
}

bool find_assignment(std::string_view text, std::size_t at, Entry& entry) {
  const auto end = end_of_name(text, at);
  const auto value = end == at ? std::nullopt : end_of_separator(text, end);
  if (!value)
    return false;
  entry.name = text.substr(at, end - at);
  find_value(text, *value, entry);
  return true;
}

// The entry whose first line begins at `begin`.
Entry entry_at(std::string_view text, std::size_t begin) {
  constexpr std::string_view keyword = "export";
  Entry entry;
  const auto at = skip_spaces(text, begin);
  const auto behind = at + keyword.size();
  const auto name = text.substr(at).starts_with(keyword) ? skip_spaces(text, behind) : behind;
  const bool found =
      (name > behind && find_assignment(text, name, entry)) || find_assignment(text, at, entry);
  entry.next = next_line(text, found ? std::max(entry.value, entry.read_to) : begin);
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
  auto raw = trim(text.substr(entry.value, entry.read_to - entry.value));
  const bool escapes = raw.starts_with('"');
  if (raw.size() > 1 && is_quote(raw.front()) && raw.front() == raw.back())
    raw = raw.substr(1, raw.size() - 2);
  std::string value;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto two = raw.substr(i, 2);
    const bool escaped = escapes && (two == "\\n" || two == "\\r");
    value += two == "\\n" && escaped ? '\n' : escaped ? '\r' : raw[i] == '\r' ? '\n' : raw[i];
    i += escaped || two == "\r\n" ? 1 : 0;
  }
  return value;
}

bool is_invalid(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && line[first] != '#';
}

// Without a byte order mark, which shells and some readers take for a part of the first name.
std::string composed(std::string_view text, const Variables& variables) {
  text = without_byte_order_mark(text);
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
      if (without_line_ends(result).ends_with('\\')) // to a shell, the next line would go on with this one
        result += line_end;
      result += variables[i].first + "=" + written_value(variables[i].second) + line_end;
    }
  return result;
}

} // namespace

std::string with_variables(std::string_view text, const Variables& variables, const std::string& file) {
  auto wanted = parse_env_file(text).variables;
  for (const auto& [name, value] : variables)
    wanted.insert_or_assign(name, Secret{value});
  auto result = composed(text, variables);
  const auto read = parse_env_file(result).variables;
  for (const auto& [name, value] : wanted)
    if (const auto found = read.find(name); found == read.end() || !(found->second == value))
      throw Error{ErrorKind::usage,
                  one_line(file, longest_shown) + " is written in a way in which " +
                      one_line(name, longest_shown) + " would not be read back",
                  "write one variable a line in it, as NAME=value, and close every quote"};
  return result;
}

EnvFile parse_env_file(std::string_view text) {
  EnvFile file;
  std::size_t line = 1;
  for (std::size_t at = text.size() - without_byte_order_mark(text).size(); at < text.size();) {
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
