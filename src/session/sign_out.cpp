#include "session/sign_out.hpp"

#include "base/error.hpp"
#include "oauth/revocation.hpp"

namespace chutes::session {
namespace {

bool try_to_revoke(const Url& endpoint, const Secret& token, const char* hint, HttpClient& http) {
  try {
    return oauth::revoke(endpoint, token, hint, http);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
    return false;
  }
}

} // namespace

bool revoke_tokens(const Credentials& credentials, const oauth::ServerMetadata& server, HttpClient& http) {
  if (!server.revocation_endpoint)
    return false;
  const bool refresh_revoked =
      !credentials.refresh_token ||
      try_to_revoke(*server.revocation_endpoint, *credentials.refresh_token, "refresh_token", http);
  const bool access_revoked =
      try_to_revoke(*server.revocation_endpoint, credentials.access_token, "access_token", http);
  return refresh_revoked && access_revoked;
}

} // namespace chutes::session
