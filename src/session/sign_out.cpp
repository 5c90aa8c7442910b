#include "session/sign_out.hpp"

#include "base/error.hpp"

#include <utility>

namespace chutes::session {
namespace {

oauth::Revocation try_to_revoke(const Url& endpoint, const Secret& token, const char* hint,
                                const oauth::ClientCredentials* client, HttpClient& http) {
  try {
    return oauth::revoke(endpoint, token, hint, http, client);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
    return oauth::Revocation::failed;
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

TokenRevocation revoke_tokens(const Credentials& credentials, const oauth::ServerMetadata& server,
                              const oauth::ClientCredentials& client, HttpClient& http) {
  const auto* authenticated_as = server.is_chutes ? nullptr : &client;
  const auto revoke = [&](const Secret& token, const char* hint) {
    return server.revocation_endpoint
               ? try_to_revoke(*server.revocation_endpoint, token, hint, authenticated_as, http)
               : oauth::Revocation::unsupported;
  };
  TokenRevocation revocation;
  if (credentials.refresh_token)
    revocation.refresh_token = revoke(*credentials.refresh_token, "refresh_token");
  revocation.access_token = revoke(credentials.access_token, "access_token");
  return revocation;
}

Discarded discard_tokens(const Credentials& credentials, const oauth::ServerMetadata& server,
                         const oauth::ClientCredentials& client, HttpClient& http, Instant now) {
  if (revoke_tokens(credentials, server, client, http).complete())
    return {true, "the tokens just issued were revoked"};
  std::string fate = "the tokens just issued could not be revoked: the access token expires ";
  fate += credentials.expires_at ? relative_time(*credentials.expires_at, now) : "when the server says so";
  if (credentials.refresh_token)
    fate += ", the refresh token is valid until the grant is revoked";
  return {false, std::move(fate)};
}

} // namespace chutes::session
