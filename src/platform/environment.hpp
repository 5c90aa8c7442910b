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
  // A base directory of the user's (XDG Base Directory Specification): what `variable` names, unless that is
  // relative, else `below_home` (".cache"). Absent where there is not even a home.
  [[nodiscard]] std::optional<std::string> user_directory(const std::string& variable,
                                                          const std::string& below_home) const {
    if (auto given = find(variable); given && given->starts_with('/'))
      return given;
    if (const auto home = find("HOME"))
      return *home + "/" + below_home;
    return std::nullopt;
  }
  [[nodiscard]] const std::map<std::string, std::string>& all() const { return m_variables; }

private:
  std::map<std::string, std::string> m_variables;
};

} // namespace chutes
