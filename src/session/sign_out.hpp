// Revocation (RFC 7009) of a session's tokens.
#pragma once

#include "oauth/revocation.hpp"
#include "oauth/server_metadata.hpp"
#include "platform/environment.hpp"
#include "platform/http_client.hpp"
#include "session/vault.hpp"

#include <string>

namespace chutes::session {

// Returns the client that the tokens were issued to, with its secret if the server requires one and it can be
// read.
[[nodiscard]] oauth::ClientCredentials revoking_client(const Credentials& credentials,
                                                       const oauth::ServerMetadata& server,
                                                       const Vault& vault, const Environment& environment);

// What became of a session's tokens at the server.
struct TokenRevocation {
  oauth::Revocation refresh_token = oauth::Revocation::done; // also if the session has none
  oauth::Revocation access_token = oauth::Revocation::done;

  [[nodiscard]] bool complete() const {
    return refresh_token == oauth::Revocation::done && access_token == oauth::Revocation::done;
  }
  [[nodiscard]] bool failed() const {
    return refresh_token == oauth::Revocation::failed || access_token == oauth::Revocation::failed;
  }
};

// Revokes the refresh token, then the access token, because the service revokes one at a time. Chutes does
// not authenticate the client here and is not sent `client`. Throws only when a signal ends the wait.
[[nodiscard]] TokenRevocation revoke_tokens(const Credentials& credentials,
                                            const oauth::ServerMetadata& server,
                                            const oauth::ClientCredentials& client, HttpClient& http);

// What became of tokens that were issued and cannot be kept.
struct Discarded {
  bool revoked = false;
  std::string fate; // "the tokens just issued were revoked", else how long they live
};

// Revokes tokens that cannot be kept; otherwise they would live on at the server. Throws as `revoke_tokens`.
[[nodiscard]] Discarded discard_tokens(const Credentials& credentials, const oauth::ServerMetadata& server,
                                       const oauth::ClientCredentials& client, HttpClient& http, Instant now);

} // namespace chutes::session
