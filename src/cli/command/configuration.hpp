// The user's configuration file, $XDG_CONFIG_HOME/chutes-login/config.toml: what the global options are when
// nobody gives them. Lines `name = value` in the TOML they need (strings, whole numbers, true and false);
// whatever else stands there is told, not skipped. No secret belongs into it.
#pragma once

#include "platform/platform.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::cli {

struct Setting {
  std::string name;
  std::string value;
  int line = 0;           // from 1
  std::size_t start = 0;  // where the value stands in the file, with its quotes
  std::size_t length = 0; // bytes
};

// The settings of `text`. Throws Error{usage} naming `path` and the line if one is not `name = value`, or
// stands twice.
[[nodiscard]] std::vector<Setting> parse_settings(std::string_view text, const std::string& path);

class Configuration {
public:
  explicit Configuration(Platform& platform);

  // Absent: there is no place for it (neither HOME nor XDG_CONFIG_HOME).
  [[nodiscard]] const std::optional<std::string>& path() const { return m_path; }
  // One attempt to open the file; empty if it is not there. Throws Error{usage} if it cannot be read, others
  // may write it, or as `parse_settings`.
  [[nodiscard]] std::vector<Setting> read() const;
  // Sets one name to a value without quotes or backslashes, and keeps the rest of the file as it is. The new
  // file appears whole or not at all. Throws Error{usage} if it cannot be written.
  void set(const std::string& name, const std::string& value) const;

private:
  Platform& m_platform;
  std::optional<std::string> m_path;
};

} // namespace chutes::cli
