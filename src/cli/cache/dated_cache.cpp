#include "cli/cache/dated_cache.hpp"

#include "cli/cache/cache_file.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::chrono::hours longest_kept{24 * 30};
constexpr std::chrono::milliseconds lock_patience{100}; // whoever else is writing writes the same

std::optional<std::string> path_of(const char* kind, const Environment& environment) {
  return cache_file(std::string{kind} + ".json", environment);
}

} // namespace

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
  } catch (const std::exception&) { // a full disk, a read-only home: only comfort is lost
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
