#include "cli/account/signing_out.hpp"

#include "cli/account/account_text.hpp"
#include "session/sign_out.hpp"

namespace chutes::cli {
namespace {

constexpr session::TokenRevocation nothing_revoked{oauth::Revocation::failed, oauth::Revocation::failed};

session::TokenRevocation revoke(const session::Credentials& credentials, const session::Vault& vault,
                                Context& context) {
  try {
    const auto client =
        session::revoking_client(credentials, context.server(), vault, context.platform.environment);
    return session::revoke_tokens(credentials, context.server(), client, context.platform.http);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::network && error.kind() != ErrorKind::service &&
        error.kind() != ErrorKind::limit)
      throw; // a failed discovery must not prevent removing the session
    return nothing_revoked;
  }
}

// Says which tokens the server does not revoke, and until when they live.
void report_unsupported(const session::Credentials& credentials, const session::TokenRevocation& revocation,
                        Context& context) {
  const auto now = context.platform.clock.now();
  if (revocation.access_token == oauth::Revocation::unsupported &&
      credentials.fresh(now, std::chrono::seconds{1}))
    context.notice("note: the server does not revoke access tokens; this one expires " +
                   expiry_text(credentials, now));
  if (revocation.refresh_token == oauth::Revocation::unsupported)
    context.notice("note: the server does not revoke refresh tokens; this one is valid until the server "
                   "ends it, or the grant is removed on its website");
}

SignOutResult result_of(const session::TokenRevocation& revocation) {
  if (revocation.complete())
    return SignOutResult::revoked;
  return revocation.failed() ? SignOutResult::not_revoked : SignOutResult::not_revocable;
}

} // namespace

SignOutResult sign_out(const std::string& profile, Keep keep, Context& context) {
  session::Vault vault{context.platform.keychain, profile, context.issuer()};
  const auto lock = vault.lock(context.platform.lock);
  const auto credentials = vault.find_readable_session(); // an unreadable one can still be removed
  const auto revocation = credentials ? revoke(*credentials, vault, context) : nothing_revoked;
  const bool had_session = vault.remove_session();
  const bool had_more = keep == Keep::nothing && vault.remove_all();
  if (credentials)
    report_unsupported(*credentials, revocation, context);
  if (had_session)
    return result_of(revocation);
  return had_more ? SignOutResult::revoked : SignOutResult::not_signed_in;
}

Error not_revoked_error() {
  return Error{ErrorKind::network, "the session was removed here, but could not be revoked at the server",
               "revoke the grant on the service's website; otherwise the tokens are valid until they expire"};
}

} // namespace chutes::cli
