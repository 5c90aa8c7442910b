#include "cli/cache/cache_file.hpp"

namespace chutes::cli {

std::optional<std::string> cache_file(const std::string& name, const Environment& environment) {
  const auto directory = environment.user_directory("XDG_CACHE_HOME", ".cache");
  return directory ? std::optional{*directory + "/chutes-login/" + name} : std::nullopt;
}

} // namespace chutes::cli
