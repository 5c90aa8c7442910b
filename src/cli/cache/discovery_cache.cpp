#include "cli/cache/discovery_cache.hpp"

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "cli/cache/dated_cache.hpp"
#include "oauth/discovery.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::chrono::hours longest_kept{24};
constexpr std::chrono::milliseconds lock_patience{100}; // another process would write the same

// One file per issuer; absent if there is no folder for it, or its name would be too long.
std::optional<std::string> path_of(const Url& issuer, const Environment& environment) {
  constexpr std::size_t longest_name = 200;
  const auto name = "discovery-" + base64url_encode(issuer.text()) + ".json";
  return name.size() > longest_name ? std::nullopt : cache_file(name, environment);
}

// The document in the file; absent if it is too old, or dated in the future.
std::optional<std::string> fresh_document(const Json& file, Instant now) {
  const Instant at{std::chrono::seconds{integer_field(file, "at").value_or(0)}};
  return at > now || now - at >= longest_kept ? std::nullopt : string_field(file, "document");
}

std::optional<oauth::ServerMetadata> cached_server(const Url& issuer, Platform& platform) noexcept {
  try {
    const auto path = path_of(issuer, platform.environment);
    const auto content = path ? platform.files.read(*path, FileOrigin::kept) : std::nullopt;
    const auto file = content ? parse_json(content->reveal()) : std::nullopt;
    const auto document = file ? fresh_document(*file, platform.clock.now()) : std::nullopt;
    if (!document)
      return std::nullopt;
    return oauth::read_discovery(*document, issuer);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void store(const std::string& document, const Url& issuer, Platform& platform) noexcept {
  try {
    const auto path = path_of(issuer, platform.environment);
    if (!path)
      return;
    const Json file{{"at", platform.clock.now().time_since_epoch().count()}, {"document", document}};
    const auto lock = platform.files.lock(*path, lock_patience);
    platform.files.replace(*path, Secret{json_line(file) + "\n"});
  } catch (const std::exception&) { // a full disk or a read-only home: works without a cache
  }
}

} // namespace

oauth::ServerMetadata known_server(const Url& issuer, Freshness freshness, Platform& platform) {
  if (freshness == Freshness::of_today)
    if (auto server = cached_server(issuer, platform))
      return std::move(*server);
  const auto document = oauth::fetch_discovery(issuer, platform.http);
  auto server = oauth::read_discovery(document, issuer);
  store(document, issuer, platform);
  return server;
}

} // namespace chutes::cli
