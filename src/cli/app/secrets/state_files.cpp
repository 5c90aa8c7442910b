#include "cli/app/secrets/state_files.hpp"

namespace chutes::cli {
namespace {

constexpr const char* folder = "/chutes-login/";

} // namespace

std::optional<std::string> state_path(const std::string& name, const Environment& environment) {
  const auto directory = environment.user_directory("XDG_STATE_HOME", ".local/state");
  return directory ? std::optional{*directory + folder + name} : std::nullopt;
}

std::vector<std::string> rescue_paths(const std::string& name, const Environment& environment) {
  std::vector<std::string> paths;
  if (auto path = state_path(name, environment))
    paths.push_back(std::move(*path));
  if (const auto runtime = environment.find("XDG_RUNTIME_DIR"); runtime && runtime->starts_with('/'))
    paths.push_back(*runtime + folder + name);
  return paths;
}

} // namespace chutes::cli
