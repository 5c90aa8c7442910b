// Token revocation (RFC 7009).
#pragma once

#include "base/secret.hpp"
#include "oauth/client_credentials.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

enum class Revocation {
  done,        // also of a token that the server does not know (§2.2)
  unsupported, // the server revokes no such tokens (§2.2.1)
  failed,
};

// Revokes `token`; `hint` is "access_token" or "refresh_token" (§2.1). `client` is the client that it was
// issued to (may be null). Throws what `http` throws.
[[nodiscard]] Revocation revoke(const Url& endpoint, const Secret& token, const char* hint, HttpClient& http,
                                const ClientCredentials* client = nullptr);

} // namespace chutes::oauth
