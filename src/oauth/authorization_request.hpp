// The authorization request (RFC 6749 §4.1.1) with its code challenge (RFC 7636 §4.3).
#pragma once

#include "base/url.hpp"
#include "oauth/scope.hpp"
#include "oauth/state.hpp"

#include <optional>
#include <string>

namespace chutes::oauth {

struct AuthorizationRequest {
  std::string client_id;
  std::string redirect_uri; // the registered string, byte for byte
  Scope scope;
  State state;
  std::string code_challenge;
  std::optional<std::string> nonce; // OpenID Connect Core §3.1.2.1
  bool ask_consent = false;         // `prompt=consent`, which offline_access requires (§11)

  // The URL for the external user-agent. Keeps the query that the endpoint already has.
  [[nodiscard]] Url url(const Url& authorization_endpoint) const;
};

} // namespace chutes::oauth
