#include "cli/cache/dated_cache.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::chrono::hours longest_kept{24 * 30};
constexpr std::chrono::milliseconds lock_patience{100}; // another process would write the same

std::optional<std::string> path_of(const char* kind, const Environment& environment) {
  return cache_file(std::string{kind} + ".json", environment);
}

} // namespace

std::optional<std::string> cache_file(const std::string& name, const Environment& environment) {
  const auto directory = environment.user_directory("XDG_CACHE_HOME", ".cache");
  return directory ? std::optional{*directory + "/chutes-login/" + name} : std::nullopt;
}

void cache_document(const char* kind, const char* name, const Json& value, const Url& service,
                    Platform& platform) noexcept {
  try {
    const auto path = path_of(kind, platform.environment);
    if (!path)
      return;
    const Json document{{"service", service.origin()},
                        {"at", platform.clock.now().time_since_epoch().count()},
                        {name, value}};
    const auto lock = platform.files.lock(*path, lock_patience);
    platform.files.replace(*path, Secret{json_line(document) + "\n"});
  } catch (const std::exception&) { // a full disk or a read-only home: works without a cache
  }
}

std::optional<Json> cached_document(const char* kind, const Url& service, Platform& platform) noexcept {
  try {
    const auto path = path_of(kind, platform.environment);
    const auto content = path ? platform.files.read(*path, FileOrigin::kept) : std::nullopt;
    auto document = content ? parse_json(content->reveal()) : std::nullopt;
    if (!document || string_field(*document, "service") != service.origin())
      return std::nullopt;
    const Instant at{std::chrono::seconds{integer_field(*document, "at").value_or(0)}};
    return platform.clock.now() - at > longest_kept ? std::nullopt : std::move(document);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

} // namespace chutes::cli
