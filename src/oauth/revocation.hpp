// Token revocation (RFC 7009).
#pragma once

#include "base/secret.hpp"
#include "oauth/client_credentials.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

// Revokes `token`; `hint` is "access_token" or "refresh_token" (§2.1). `client` is the client that it was
// issued to (may be null). Returns whether the server confirmed it, which it also does for unknown tokens
// (§2.2). Throws what `http` throws.
[[nodiscard]] bool revoke(const Url& endpoint, const Secret& token, const char* hint, HttpClient& http,
                          const ClientCredentials* client = nullptr);

} // namespace chutes::oauth
