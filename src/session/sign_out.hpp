// Signing out: revocation (RFC 7009) at the server, then removal here.
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/http_client.hpp"
#include "session/credentials.hpp"

namespace chutes::session {

// Tells the server that the tokens are dead: the refresh token first, then the access token, because the
// service revokes one at a time. False if the server could not be told of one of them (or has no revocation
// endpoint). Throws only when a signal ends the wait.
[[nodiscard]] bool revoke_tokens(const Credentials& credentials, const oauth::ServerMetadata& server,
                                 HttpClient& http);

} // namespace chutes::session
