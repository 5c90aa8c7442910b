#include "cli/command/configuration.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::chrono::seconds lock_patience{5};
constexpr std::string_view blanks = " \t\r";
constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

std::optional<std::string> path_in(const Environment& environment) {
  const auto directory = environment.user_directory("XDG_CONFIG_HOME", ".config");
  return directory ? std::optional{*directory + "/chutes-login/config.toml"} : std::nullopt;
}

// One line, read from left to right; `offset` is where it begins in the file.
class Line {
public:
  Line(std::string_view text, std::size_t offset) : m_text(text), m_offset(offset) { skip_blanks(); }

  // Nothing but blanks and a comment is left.
  [[nodiscard]] bool at_end() const { return m_at == m_text.size() || m_text[m_at] == '#'; }
  std::string_view take_name() { return take(span(name_characters)); }
  bool take_sign() {
    if (m_at == m_text.size() || m_text[m_at] != '=')
      return false;
    ++m_at;
    skip_blanks();
    return true;
  }
  // False: what stands there is no value of a kind that a setting can have.
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
  [[nodiscard]] std::size_t span(std::string_view characters) const {
    return std::min(m_text.find_first_not_of(characters, m_at), m_text.size()) - m_at;
  }
  std::string_view take(std::size_t length) {
    const auto piece = m_text.substr(m_at, length);
    m_at += length;
    skip_blanks();
    return piece;
  }
  // No setting needs an escape, so a backslash is no value of one.
  bool take_string(std::string& value) {
    const auto end = m_text.find(m_text[m_at], m_at + 1);
    if (end == std::string_view::npos)
      return false;
    value = m_text.substr(m_at + 1, end - m_at - 1);
    m_at = end + 1;
    return value.find('\\') == std::string::npos;
  }
  bool take_bare(std::string& value) {
    const auto length = span(name_characters);
    value = m_text.substr(m_at, length);
    m_at += length;
    return value == "true" || value == "false" ||
           (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos);
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
    throw Error{ErrorKind::usage, place(path, number) + ": this is not a setting",
                "write name = \"value\", as in profile = \"work\"; sections are not known"};
  if (!line.take_value(setting) || !line.at_end())
    throw Error{ErrorKind::usage, place(path, number) + ": this is no value of a setting",
                "write a string in quotes, a whole number, true or false"};
  return setting;
}

// The file belongs to the command line, not to the store.
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
  const std::string quoted = '"' + value + '"';
  for (const auto& setting : parse_settings(text, path))
    if (setting.name == name)
      return text.replace(setting.start, setting.length, quoted);
  if (!text.empty() && !text.ends_with('\n'))
    text += '\n';
  return text + name + " = " + quoted + "\n";
}

} // namespace

std::vector<Setting> parse_settings(std::string_view text, const std::string& path) {
  std::vector<Setting> settings;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
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
                    place(path, number) + ": this setting stands in line " + std::to_string(other.line) +
                        " already",
                    "take one of them out"};
    settings.push_back(std::move(setting));
  }
  return settings;
}

Configuration::Configuration(Platform& platform)
    : m_platform(platform), m_path(path_in(platform.environment)) {}

std::vector<Setting> Configuration::read() const {
  if (!m_path)
    return {};
  const auto content = as_usage([&] { return m_platform.files.read(*m_path, FileOrigin::configuration); });
  return content ? parse_settings(content->reveal(), *m_path) : std::vector<Setting>{};
}

void Configuration::set(const std::string& name, const std::string& value) const {
  if (!m_path)
    throw Error{ErrorKind::usage, "there is no place for the configuration file",
                "set HOME or XDG_CONFIG_HOME"};
  as_usage([&] {
    const auto lock = m_platform.files.lock(*m_path, lock_patience);
    const auto content = m_platform.files.read(*m_path, FileOrigin::configuration);
    m_platform.files.replace(*m_path,
                             Secret{with_setting(content ? content->reveal() : "", *m_path, name, value)});
  });
}

} // namespace chutes::cli
