// The environment variables as they were when the program started. Nothing below `main` calls getenv.
#pragma once

#include "base/credential_text.hpp"

#include <map>
#include <optional>
#include <string>

namespace chutes {

class Environment {
public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables) : m_variables(std::move(variables)) {}

  // The value without line ends behind it. Absent if the variable is unset or empty: an empty variable means
  // "not set" everywhere in this program.
  [[nodiscard]] std::optional<std::string> find(const std::string& name) const {
    const auto found = m_variables.find(name);
    const auto value = found == m_variables.end() ? std::string_view{} : without_line_ends(found->second);
    return value.empty() ? std::nullopt : std::optional{std::string{value}};
  }
  // A credential. Throws Error{usage} as `credential_in`; absent as `find`.
  [[nodiscard]] std::optional<Secret> find_credential(const std::string& name) const {
    const auto value = find(name);
    auto credential = credential_in(value.value_or(""), name);
    return credential.empty() ? std::nullopt : std::optional{std::move(credential)};
  }
  // The directory that a variable names. Absent if the variable is unset or relative: what a relative path
  // means depends on where the program runs, so it is ignored (XDG Base Directory Specification).
  [[nodiscard]] std::optional<std::string> find_directory(const std::string& variable) const {
    auto given = find(variable);
    return given && given->starts_with('/') ? std::move(given) : std::nullopt;
  }
  // A base directory of the user's (XDG Base Directory Specification): what `variable` names, else
  // `below_home` (".cache"). Absent where there is not even a home.
  [[nodiscard]] std::optional<std::string> user_directory(const std::string& variable,
                                                          const std::string& below_home) const {
    if (auto given = find_directory(variable))
      return given;
    if (const auto home = find_directory("HOME"))
      return *home + "/" + below_home;
    return std::nullopt;
  }
  // The variables that decide where `path`, a file of this program below one of these directories, lies, for
  // a hint: "XDG_DATA_HOME", or "HOME or XDG_DATA_HOME" where only the first is set.
  [[nodiscard]] std::string variables_of(const std::string& path) const {
    for (const char* name : {"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"})
      if (const auto directory = find_directory(name); directory && path.starts_with(*directory + "/"))
        return name;
    const auto lies_in = [&](const char* directory) { return path.find(directory) != std::string::npos; };
    return lies_in("/.local/share/")   ? "HOME or XDG_DATA_HOME"
           : lies_in("/.local/state/") ? "HOME or XDG_STATE_HOME"
           : lies_in("/.cache/")       ? "HOME or XDG_CACHE_HOME"
                                       : "HOME or XDG_CONFIG_HOME";
  }
  [[nodiscard]] const std::map<std::string, std::string>& all() const { return m_variables; }

private:
  std::map<std::string, std::string> m_variables;
};

} // namespace chutes
