// Token introspection (RFC 7662).
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"
#include "oauth/client_credentials.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

struct Introspection {
  bool active = false;
  std::string text; // the server's response, one line of JSON
};

// Asks the server about `token`, authenticated as `client` (§2.1; may be null). Throws what `http` throws,
// Error{limit} for status 429, and Error{service} if the response is not an introspection response (§2.2).
[[nodiscard]] Introspection introspect(const Url& endpoint, const Secret& token, HttpClient& http,
                                       const ClientCredentials* client = nullptr);

} // namespace chutes::oauth
