#include "cli/account/signing_out.hpp"

#include "session/sign_out.hpp"

namespace chutes::cli {
namespace {

bool tell_server(const session::Credentials& credentials, const session::Vault& vault, Context& context) {
  try {
    const auto client =
        session::revoking_client(credentials, context.server(), vault, context.platform.environment);
    return session::revoke_tokens(credentials, context.server(), client, context.platform.http);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::network && error.kind() != ErrorKind::service &&
        error.kind() != ErrorKind::limit)
      throw; // a discovery that fails must not keep the session from being removed
    return false;
  }
}

} // namespace

Told sign_out(const std::string& profile, Keep keep, Context& context) {
  session::Vault vault{context.platform.keychain, profile, context.issuer()};
  const auto lock = session::lock_session(profile, context.platform.lock);
  const auto credentials = vault.find_readable_session(); // what cannot be read can still be removed
  const bool told = credentials && tell_server(*credentials, vault, context);
  const bool had_session = vault.remove_session();
  const bool had_more = keep == Keep::nothing && vault.remove_all();
  if (had_session)
    return told ? Told::yes : Told::no;
  return had_more ? Told::yes : Told::nothing_there;
}

Error server_not_told() {
  return Error{ErrorKind::network, "the session was removed here, but the server could not be told",
               "its access token ends within the hour; the grant can be revoked on the service's website"};
}

} // namespace chutes::cli
