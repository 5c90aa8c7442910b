// Token revocation (RFC 7009).
#pragma once

#include "base/secret.hpp"
#include "oauth/client_credentials.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

// Tells `endpoint` that `token` is dead; `hint` is "access_token" or "refresh_token" (§2.1). `client` is who
// the token was issued to, where the server wants to know (may be null). True: the server said so (it says so
// of unknown tokens too, §2.2). Throws what `http` throws.
[[nodiscard]] bool revoke(const Url& endpoint, const Secret& token, const char* hint, HttpClient& http,
                          const ClientCredentials* client = nullptr);

} // namespace chutes::oauth
