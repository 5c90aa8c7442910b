// The authorization server's metadata (RFC 8414, OpenID Connect Discovery): built in for Chutes, discovered
// for others.
#pragma once

#include "base/url.hpp"
#include "oauth/client_credentials.hpp"

#include <optional>
#include <string>

namespace chutes::oauth {

inline constexpr const char* chutes_issuer = "https://api.chutes.ai";
// Serves a document whose issuer is the API's host.
inline constexpr const char* chutes_discovery_host = "idp.chutes.ai";

struct ServerMetadata {
  std::string issuer;
  Url authorization_endpoint;
  Url token_endpoint;
  std::optional<Url> userinfo_endpoint;
  std::optional<Url> revocation_endpoint;
  std::optional<Url> introspection_endpoint;
  bool iss_parameter_supported = false;  // RFC 9207 §3: `iss` is promised in every response
  std::optional<Url> jwks_uri;           // where it publishes the keys it signs ID tokens with
  bool offline_access_supported = false; // refresh tokens are asked for by that scope (OIDC Core §11)
  ClientAuthMethod client_auth_method =
      ClientAuthMethod::client_secret_post; // where it wants a client's secret
  bool is_chutes = false; // its rules hold: exact redirect URIs, a secret at every exchange and refresh
};

// What the service's endpoints are, without asking: its discovery document advertises what it then refuses.
[[nodiscard]] ServerMetadata chutes_server(const Url& idp_base);

} // namespace chutes::oauth
