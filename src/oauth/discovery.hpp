// Discovers the metadata of another authorization server (RFC 8414, OpenID Connect Discovery).
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/http_client.hpp"

#include <string>

namespace chutes::oauth {

// Fetches the discovery document: /.well-known/openid-configuration, else RFC 8414's location. Throws
// Error{service} if there is none or it redirects (it names the target), Error{limit} for status 429, and
// what `http` throws.
[[nodiscard]] std::string fetch_discovery(const Url& issuer, HttpClient& http);

// Reads a discovery document. Throws Error{service} unless its issuer is the expected one, byte for byte
// (OIDC Discovery §4.3), and every endpoint is protected and below the issuer's domain (oauth/same_site), so
// that no code is sent elsewhere and no key from elsewhere is trusted.
[[nodiscard]] ServerMetadata read_discovery(const std::string& document, const Url& issuer);

// Fetches and reads the document.
[[nodiscard]] ServerMetadata discover(const Url& issuer, HttpClient& http);

} // namespace chutes::oauth
