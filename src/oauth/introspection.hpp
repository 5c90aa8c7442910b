// Token introspection (RFC 7662): what the server says of a token.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"
#include "oauth/client_credentials.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

struct Introspection {
  bool active = false;
  std::string text; // the server's own document, one line of JSON
};

// `client` is how the asker says who it is (§2.1), where the server wants to know; may be null. Throws what
// `http` throws, and Error{service} if the answer is not an introspection response (§2.2).
[[nodiscard]] Introspection introspect(const Url& endpoint, const Secret& token, HttpClient& http,
                                       const ClientCredentials* client = nullptr);

} // namespace chutes::oauth
