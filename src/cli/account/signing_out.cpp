#include "cli/account/signing_out.hpp"

#include "session/sign_out.hpp"

namespace chutes::cli {
namespace {

bool revoke(const session::Credentials& credentials, const session::Vault& vault, Context& context) {
  try {
    const auto client =
        session::revoking_client(credentials, context.server(), vault, context.platform.environment);
    return session::revoke_tokens(credentials, context.server(), client, context.platform.http);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::network && error.kind() != ErrorKind::service &&
        error.kind() != ErrorKind::limit)
      throw; // a failed discovery must not prevent removing the session
    return false;
  }
}

} // namespace

SignOutResult sign_out(const std::string& profile, Keep keep, Context& context) {
  session::Vault vault{context.platform.keychain, profile, context.issuer()};
  const auto lock = vault.lock(context.platform.lock);
  const auto credentials = vault.find_readable_session(); // an unreadable one can still be removed
  const bool revoked = credentials && revoke(*credentials, vault, context);
  const bool had_session = vault.remove_session();
  const bool had_more = keep == Keep::nothing && vault.remove_all();
  if (had_session)
    return revoked ? SignOutResult::revoked : SignOutResult::not_revoked;
  return had_more ? SignOutResult::revoked : SignOutResult::not_signed_in;
}

Error not_revoked_error() {
  return Error{ErrorKind::network, "the session was removed here, but could not be revoked at the server",
               "revoke the grant on the service's website; the access token expires within the hour"};
}

} // namespace chutes::cli
