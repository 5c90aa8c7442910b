// Tests an authorization request without signing in. The endpoint refuses with pages of status 400 that
// differ only in their text.
#pragma once

#include "base/url.hpp"
#include "platform/http_client.hpp"
#include "platform/random.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

enum class AuthorizeVerdict {
  accepted,         // a sign-in would start
  unknown_client,   // no such client, or it is inactive
  unregistered_uri, // the client is known, but has not registered exactly this redirect URI
  refused_otherwise,
};

struct AuthorizeAnswer {
  AuthorizeVerdict verdict = AuthorizeVerdict::refused_otherwise;
  int status = 0;
  bool missing = false; // the service has no such endpoint: is_missing_route
};

// Sends one GET with a code challenge whose verifier is discarded and a scope that is never granted, so that
// no one can obtain a token with it. Follows no redirect. Throws what `http` throws, also after `limit`.
[[nodiscard]] AuthorizeAnswer probe_authorization(const Url& endpoint, const std::string& client_id,
                                                  const std::string& redirect_uri, HttpClient& http,
                                                  Random& random,
                                                  std::optional<std::chrono::seconds> limit = std::nullopt);

// Returns the common variants of `redirect_uri` that may be registered instead: localhost for 127.0.0.1 and
// vice versa, with or without a final slash, http for https and vice versa.
[[nodiscard]] std::vector<std::string> near_redirect_uris(const std::string& redirect_uri);

} // namespace chutes::service
