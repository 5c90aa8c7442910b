// The authorization server's metadata (RFC 8414, OpenID Connect Discovery): built in for Chutes, discovered
// for others.
#pragma once

#include "base/url.hpp"
#include "platform/http_client.hpp"

#include <optional>
#include <string>

namespace chutes::oauth {

struct ServerMetadata {
  std::string issuer;
  Url authorization_endpoint;
  Url token_endpoint;
  std::optional<Url> userinfo_endpoint;
  std::optional<Url> revocation_endpoint;
  std::optional<Url> introspection_endpoint;
  bool iss_parameter_supported = false; // RFC 9207 §3: `iss` is promised in every response
  bool is_chutes = false; // its rules hold: exact redirect URIs, a secret at every exchange and refresh
};

// What the service's endpoints are, without asking: its discovery document advertises what it then refuses.
[[nodiscard]] ServerMetadata chutes_server(const Url& idp_base);

// Reads `issuer`'s discovery document (/.well-known/openid-configuration, else RFC 8414's place). Its issuer
// must be the one asked for, byte for byte (OIDC Discovery §4.3), and every endpoint protected and of the
// issuer's domain, so that no code is ever sent elsewhere. Throws Error{service} if not, and what `http`
// throws.
[[nodiscard]] ServerMetadata discover(const Url& issuer, HttpClient& http);

} // namespace chutes::oauth
