// The environment variables as they were when the program started. Nothing below `main` calls getenv.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace chutes {

class Environment {
public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables) : m_variables(std::move(variables)) {}

  // Absent if the variable is unset or empty: an empty variable means "not set" everywhere in this program.
  [[nodiscard]] std::optional<std::string> find(const std::string& name) const {
    const auto found = m_variables.find(name);
    if (found == m_variables.end() || found->second.empty())
      return std::nullopt;
    return found->second;
  }
  [[nodiscard]] const std::map<std::string, std::string>& all() const { return m_variables; }

private:
  std::map<std::string, std::string> m_variables;
};

} // namespace chutes
