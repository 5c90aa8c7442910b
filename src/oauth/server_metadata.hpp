// The authorization server's metadata (RFC 8414, OpenID Connect Discovery): built in for Chutes, discovered
// for others.
#pragma once

#include "base/url.hpp"
#include "oauth/client_credentials.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::oauth {

inline constexpr const char* chutes_issuer = "https://api.chutes.ai";
// Serves a discovery document with chutes_issuer as its issuer.
inline constexpr const char* chutes_discovery_host = "idp.chutes.ai";

struct ServerMetadata {
  std::string issuer;
  Url authorization_endpoint;
  Url token_endpoint;
  std::optional<Url> userinfo_endpoint;
  std::optional<Url> revocation_endpoint;
  std::optional<Url> introspection_endpoint;
  bool iss_parameter_supported = false;  // RFC 9207 §3: every response has `iss`
  std::optional<Url> jwks_uri;           // the keys that it signs ID tokens with
  bool offline_access_supported = false; // this scope requests a refresh token (OIDC Core §11)
  ClientAuthMethod client_auth_method = ClientAuthMethod::client_secret_post; // how clients send their secret
  bool is_openid_provider = false;                // else it need not know the scope `openid`
  std::vector<std::string> id_token_algorithms{}; // that it signs with; empty: not said
  bool is_chutes = false; // Chutes's rules: exact redirect URIs, a client secret in every token request
};

// Returns the metadata of Chutes without discovery, because its discovery document names methods that the
// service refuses.
[[nodiscard]] ServerMetadata chutes_server(const Url& idp_base);

} // namespace chutes::oauth
