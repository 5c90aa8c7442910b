#include "session/sign_out.hpp"

#include "base/error.hpp"
#include "oauth/revocation.hpp"

#include <utility>

namespace chutes::session {
namespace {

bool try_to_revoke(const Url& endpoint, const Secret& token, const char* hint,
                   const oauth::ClientCredentials* client, HttpClient& http) {
  try {
    return oauth::revoke(endpoint, token, hint, http, client);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
    return false;
  }
}

} // namespace

oauth::ClientCredentials revoking_client(const Credentials& credentials, const oauth::ServerMetadata& server,
                                         const Vault& vault, const Environment& environment) {
  const ClientRegistration without_secret{credentials.client_id, std::nullopt, {}};
  if (server.is_chutes)
    return without_secret.credentials(server);
  try {
    return client_for_session(credentials, vault, environment).credentials(server);
  } catch (const Error& error) {
    if (!is_store_failure(error.kind()))
      throw;
    return without_secret.credentials(server);
  }
}

bool revoke_tokens(const Credentials& credentials, const oauth::ServerMetadata& server,
                   const oauth::ClientCredentials& client, HttpClient& http) {
  if (!server.revocation_endpoint)
    return false;
  const auto* authenticated_as = server.is_chutes ? nullptr : &client;
  const bool refresh_revoked =
      !credentials.refresh_token || try_to_revoke(*server.revocation_endpoint, *credentials.refresh_token,
                                                  "refresh_token", authenticated_as, http);
  const bool access_revoked = try_to_revoke(*server.revocation_endpoint, credentials.access_token,
                                            "access_token", authenticated_as, http);
  return refresh_revoked && access_revoked;
}

Discarded discard_tokens(const Credentials& credentials, const oauth::ServerMetadata& server,
                         const oauth::ClientCredentials& client, HttpClient& http, Instant now) {
  if (revoke_tokens(credentials, server, client, http))
    return {true, "the tokens just issued were revoked"};
  std::string fate = "the tokens just issued could not be revoked: the access token expires ";
  fate += credentials.expires_at ? relative_time(*credentials.expires_at, now) : "when the server says so";
  if (credentials.refresh_token)
    fate += ", the refresh token is valid until the grant is revoked";
  return {false, std::move(fate)};
}

} // namespace chutes::session
