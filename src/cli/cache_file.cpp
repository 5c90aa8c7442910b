#include "cli/cache_file.hpp"

namespace chutes::cli {

std::optional<std::string> cache_file(const std::string& name, const Environment& environment) {
  if (const auto cache = environment.find("XDG_CACHE_HOME"); cache && cache->starts_with('/'))
    return *cache + "/chutes-login/" + name;
  if (const auto home = environment.find("HOME"))
    return *home + "/.cache/chutes-login/" + name;
  return std::nullopt;
}

} // namespace chutes::cli
