// Discovery documents of other issuers, kept for a day so that a command need not ask for one first. They
// hold nothing secret, and are judged anew each time they are read. A cache that cannot be used never fails a
// command.
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/platform.hpp"

namespace chutes::cli {

enum class Freshness {
  of_today, // a document that was kept less than a day ago will do
  of_now,   // for a sign-in, which may come after the server has moved
};

// The metadata of `issuer`: kept, or discovered and then kept. Throws as oauth::fetch_discovery and
// oauth::read_discovery.
[[nodiscard]] oauth::ServerMetadata known_server(const Url& issuer, Freshness freshness, Platform& platform);

} // namespace chutes::cli
