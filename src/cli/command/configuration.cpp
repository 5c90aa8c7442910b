#include "cli/command/configuration.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::string_view blanks = " \t\r";

constexpr bool belongs_to_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

std::optional<std::string> path_in(const Environment& environment) {
  const auto directory = environment.user_directory("XDG_CONFIG_HOME", ".config");
  return directory ? std::optional{*directory + "/chutes-login/config.toml"} : std::nullopt;
}

// One line, read from left to right; `offset` is where it begins in the file.
class Line {
public:
  Line(std::string_view text, std::size_t offset) : m_text(text), m_offset(offset) { skip_blanks(); }

  // Whether only blanks and a comment are left.
  [[nodiscard]] bool at_end() const { return m_at == m_text.size() || m_text[m_at] == '#'; }
  std::string_view take_name() { return take(name_length()); }
  bool take_sign() {
    if (m_at == m_text.size() || m_text[m_at] != '=')
      return false;
    ++m_at;
    skip_blanks();
    return true;
  }
  // Returns false if the next characters are not a value that a setting can have.
  bool take_value(Setting& setting) {
    setting.start = m_offset + m_at;
    const std::size_t begin = m_at;
    const bool known = m_at < m_text.size() && (m_text[m_at] == '"' || m_text[m_at] == '\'')
                           ? take_string(setting.value)
                           : take_bare(setting.value);
    setting.length = m_at - begin;
    skip_blanks();
    return known;
  }

private:
  void skip_blanks() { m_at = std::min(m_text.find_first_not_of(blanks, m_at), m_text.size()); }
  [[nodiscard]] std::size_t name_length() const {
    const auto rest = m_text.substr(m_at);
    return static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), belongs_to_name) -
                                    rest.begin());
  }
  std::string_view take(std::size_t length) {
    const auto piece = m_text.substr(m_at, length);
    m_at += length;
    skip_blanks();
    return piece;
  }
  // Settings need no escapes, so a string with a backslash is rejected.
  bool take_string(std::string& value) {
    const auto end = m_text.find(m_text[m_at], m_at + 1);
    if (end == std::string_view::npos)
      return false;
    value = m_text.substr(m_at + 1, end - m_at - 1);
    m_at = end + 1;
    return value.find('\\') == std::string::npos;
  }
  bool take_bare(std::string& value) {
    const auto length = name_length();
    value = m_text.substr(m_at, length);
    m_at += length;
    return value == "true" || value == "false" ||
           (!value.empty() && std::all_of(value.begin(), value.end(), is_digit));
  }

  std::string_view m_text;
  std::size_t m_offset;
  std::size_t m_at = 0;
};

std::string place(const std::string& path, int line) {
  return path + ", line " + std::to_string(line);
}

Setting parse_setting(Line line, int number, const std::string& path) {
  Setting setting;
  setting.name = line.take_name();
  setting.line = number;
  if (setting.name.empty() || !line.take_sign())
    throw Error{ErrorKind::usage, place(path, number) + ": not a setting",
                "write name = \"value\", for example profile = \"work\"; sections are not supported"};
  if (!line.take_value(setting) || !line.at_end())
    throw Error{ErrorKind::usage, place(path, number) + ": invalid value",
                "write a string in quotes, a whole number, true or false"};
  return setting;
}

// The file belongs to the command line, not to the store: reports its errors as usage errors.
template <typename Work>
auto as_usage(Work work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::file)
      throw;
    throw Error{ErrorKind::usage, error.what(), error.hint()};
  }
}

std::string with_setting(std::string text, const std::string& path, const std::string& name,
                         const std::string& value) {
  for (const auto& setting : parse_settings(text, path))
    if (setting.name == name)
      return text.replace(setting.start, setting.length, quote(value));
  if (!text.empty() && !text.ends_with('\n'))
    text += '\n';
  return text + name + " = " + quote(value) + "\n";
}

} // namespace

std::vector<Setting> parse_settings(std::string_view text, const std::string& path) {
  std::vector<Setting> settings;
  int number = 0;
  for (std::size_t begin = text.size() - without_byte_order_mark(text).size(); begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const Line line{text.substr(begin, end - begin), begin};
    begin = end + 1;
    ++number;
    if (line.at_end())
      continue;
    auto setting = parse_setting(line, number, path);
    for (const auto& other : settings)
      if (other.name == setting.name)
        throw Error{ErrorKind::usage,
                    place(path, number) + ": this setting is already on line " + std::to_string(other.line),
                    "remove one of them"};
    settings.push_back(std::move(setting));
  }
  return settings;
}

Configuration::Configuration(Platform& platform)
    : m_platform(platform), m_path(path_in(platform.environment)) {}

ConfigurationContent Configuration::read() const {
  ConfigurationContent read;
  if (!m_path)
    return read;
  try {
    if (const auto content = m_platform.files.read(*m_path, FileOrigin::configuration))
      read.settings = parse_settings(content->reveal(), *m_path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::file)
      throw;
    read.ignored =
        Error{ErrorKind::usage, std::string{"the configuration is ignored: "} + error.what(), error.hint()};
  }
  return read;
}

void Configuration::set(const std::string& name, const std::string& value) const {
  if (!m_path)
    throw Error{ErrorKind::usage, "cannot locate the configuration file",
                "set HOME or XDG_CONFIG_HOME to a directory of your own, as an absolute path"};
  as_usage([&] {
    const auto content = m_platform.files.read(*m_path, FileOrigin::configuration);
    m_platform.files.replace_configuration(
        *m_path, Secret{with_setting(content ? content->reveal() : "", *m_path, name, value)});
  });
}

} // namespace chutes::cli
