// Revocation (RFC 7009) of a session's tokens.
#pragma once

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

// Revokes the refresh token, then the access token, because the service revokes one at a time. Chutes does
// not authenticate the client here and is not sent `client`. Returns false if one of them could not be
// revoked, or the server has no revocation endpoint. Throws only when a signal ends the wait.
[[nodiscard]] bool revoke_tokens(const Credentials& credentials, const oauth::ServerMetadata& server,
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
