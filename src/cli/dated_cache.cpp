#include "cli/dated_cache.hpp"

#include "cli/cache_file.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::chrono::hours longest_kept{24 * 30};
constexpr std::chrono::milliseconds lock_patience{100}; // whoever else is writing writes the same

std::optional<std::string> path_of(const char* kind, const Environment& environment) {
  return cache_file(std::string{kind} + ".json", environment);
}

} // namespace

void keep_document(const char* kind, const char* name, const Json& value, Context& context) noexcept {
  try {
    const auto path = path_of(kind, context.platform.environment);
    if (!path)
      return;
    const Json document{{"service", context.endpoints.llm.origin()},
                        {"at", context.platform.clock.now().time_since_epoch().count()},
                        {name, value}};
    const auto lock = context.platform.files.lock(*path, lock_patience);
    context.platform.files.replace(*path, Secret{json_line(document) + "\n"});
  } catch (const std::exception&) { // a full disk, a read-only home: only comfort is lost
  }
}

std::optional<Json> kept_document(const char* kind, Context& context) noexcept {
  try {
    const auto path = path_of(kind, context.platform.environment);
    const auto content = path ? context.platform.files.read(*path, FileOrigin::kept) : std::nullopt;
    auto document = content ? parse_json(content->reveal()) : std::nullopt;
    if (!document || string_field(*document, "service") != context.endpoints.llm.origin())
      return std::nullopt;
    const Instant at{std::chrono::seconds{integer_field(*document, "at").value_or(0)}};
    return context.platform.clock.now() - at > longest_kept ? std::nullopt : std::move(document);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

} // namespace chutes::cli
