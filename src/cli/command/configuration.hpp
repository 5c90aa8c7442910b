// The user's configuration file, $XDG_CONFIG_HOME/chutes-login/config.toml: the defaults of the global
// options. Its lines are `name = value`, in the part of TOML that they need (strings, whole numbers, true and
// false); anything else is an error. Secrets must not be stored in this file.
#pragma once

#include "base/error.hpp"
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
  std::size_t start = 0;  // of the value in the file, with its quotes
  std::size_t length = 0; // bytes
};

struct ConfigurationContent {
  std::vector<Setting> settings;
  // Why the file was left unread: it cannot be opened, or another user owns it or may write it.
  std::optional<Error> ignored;
};

// Returns the settings in `text`. Throws Error{usage} naming `path` and the line if a line is not
// `name = value`, or repeats a name.
[[nodiscard]] std::vector<Setting> parse_settings(std::string_view text, const std::string& path);

class Configuration {
public:
  explicit Configuration(Platform& platform);

  // Absent if neither HOME nor XDG_CONFIG_HOME is set.
  [[nodiscard]] const std::optional<std::string>& path() const { return m_path; }
  // Opens the file once; returns no settings if it does not exist or cannot be trusted. Throws as
  // `parse_settings`.
  [[nodiscard]] ConfigurationContent read() const;
  // Sets one name to a value without quotes or backslashes, and leaves the rest of the file, its mode and a
  // symbolic link to it as they are. Replaces the file atomically. Throws Error{usage} if the file cannot be
  // trusted or written.
  void set(const std::string& name, const std::string& value) const;

private:
  Platform& m_platform;
  std::optional<std::string> m_path;
};

} // namespace chutes::cli
