// Another server's metadata (RFC 8414, OpenID Connect Discovery) from its discovery document.
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/http_client.hpp"

#include <string>

namespace chutes::oauth {

// The document as it came (/.well-known/openid-configuration, else RFC 8414's place). Throws Error{service}
// if there is none, Error{limit} if the server was asked too often, and what `http` throws.
[[nodiscard]] std::string fetch_discovery(const Url& issuer, HttpClient& http);

// What such a document says, wherever it was kept. Its issuer must be the one asked for, byte for byte (OIDC
// Discovery §4.3), and every endpoint protected and of the issuer's domain, so that no code is ever sent
// elsewhere and no key believed that comes from elsewhere. Throws Error{service} if not.
[[nodiscard]] ServerMetadata read_discovery(const std::string& document, const Url& issuer);

// Both, for whoever keeps nothing.
[[nodiscard]] ServerMetadata discover(const Url& issuer, HttpClient& http);

} // namespace chutes::oauth
