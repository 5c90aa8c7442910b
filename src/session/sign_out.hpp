// Signing out: revocation (RFC 7009) at the server, then removal here.
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/environment.hpp"
#include "platform/http_client.hpp"
#include "session/vault.hpp"

namespace chutes::session {

// Who revokes: the client that the tokens were issued to, with its secret where the server wants one and it
// can be read.
[[nodiscard]] oauth::ClientCredentials revoking_client(const Credentials& credentials,
                                                       const oauth::ServerMetadata& server,
                                                       const Vault& vault, const Environment& environment);

// Tells the server that the tokens are dead: the refresh token first, then the access token, because the
// service revokes one at a time. Chutes asks nobody who they are there and is not told `client`. False if the
// server could not be told of one of them (or has no revocation endpoint). Throws only when a signal ends the
// wait.
[[nodiscard]] bool revoke_tokens(const Credentials& credentials, const oauth::ServerMetadata& server,
                                 const oauth::ClientCredentials& client, HttpClient& http);

} // namespace chutes::session
