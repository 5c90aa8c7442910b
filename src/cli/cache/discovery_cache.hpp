// Discovery documents of other issuers, cached for a day so that most commands need not fetch one first. They
// hold no secrets, and are validated each time they are read. A cache that cannot be used never fails a
// command.
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/platform.hpp"

namespace chutes::cli {

enum class Freshness {
  of_today, // a document that is less than a day old is used
  of_now,   // the document is fetched, as for a sign-in
};

// Returns the metadata of `issuer` from the cache, or fetches and caches it. Throws as oauth::fetch_discovery
// and oauth::read_discovery.
[[nodiscard]] oauth::ServerMetadata known_server(const Url& issuer, Freshness freshness, Platform& platform);

} // namespace chutes::cli
