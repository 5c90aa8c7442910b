// Checks of what is stored: the keychain, and whether the server still accepts the session.
#include "base/terminal_text.hpp"
#include "cli/account/account_text.hpp"
#include "cli/account/app_activity.hpp"
#include "cli/doctor/checks.hpp"
#include "platform/random_text.hpp"

namespace chutes::cli::doctor {
namespace {

Diagnostic keychain_round_trip(const KeychainKey& key, const Secret& probe, Context& context) {
  auto& keychain = context.platform.keychain;
  const auto start = context.platform.clock.steady();
  keychain.store(key, "chutes-login doctor's probe", probe);
  const auto read = keychain.find(key);
  const bool removed = keychain.remove(key);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(context.platform.clock.steady() - start).count();
  if (!read || read->reveal() != probe.reveal())
    return failed("keychain", "a stored item cannot be read back",
                  "restart the keyring, or use '--store file'", ErrorKind::keychain);
  if (!removed || keychain.find(key))
    return failed("keychain", "a stored item cannot be erased", "restart the keyring, or use '--store file'",
                  ErrorKind::keychain);
  return ok("keychain", "an item was written, read and erased in " + std::to_string(took) + " ms");
}

Diagnostic sign_in_again(const std::string& detail, Context& context) {
  return failed("session", detail, "sign in with '" + session::sign_in_command(context.profile()) + "'",
                ErrorKind::sign_in_needed);
}

Diagnostic given_token(const Secret& token, Context& context) {
  const bool active = context.introspect(token).active;
  if (active && refuses_active_token(token, context))
    return failed(
        "session",
        "calls use CHUTES_ACCESS_TOKEN, which the service refuses although it is active: its app is "
        "inactive",
        "activate the app with 'chutes-login app update APP --activate', or unset CHUTES_ACCESS_TOKEN",
        ErrorKind::sign_in_needed);
  if (active)
    return ok("session", "calls use CHUTES_ACCESS_TOKEN, which is active");
  return failed("session", "calls use CHUTES_ACCESS_TOKEN, which is not active at the server",
                "unset CHUTES_ACCESS_TOKEN, or set it to a valid token", ErrorKind::sign_in_needed);
}

Diagnostic stored_session(const session::Credentials& credentials, Context& context) {
  if (credentials.refused)
    return sign_in_again(session::refusal_error(*credentials.refused, context.profile()).what(), context);
  const auto now = context.platform.clock.now();
  const auto name = "signed in as " + one_line(who(credentials), 100);
  const bool fresh = credentials.fresh(now, std::chrono::seconds{1});
  const bool usable = fresh && context.introspect(credentials.access_token).active;
  const bool renewable = credentials.refresh_token && context.introspect(*credentials.refresh_token).active;
  if (!usable && !renewable)
    return sign_in_again("the session of profile " + context.profile() + " is no longer active at the server",
                         context);
  if (is_app_inactive(credentials, usable, context))
    return failed(
        "session",
        name + ", but the app of the session's client is inactive, and the service refuses its tokens",
        "activate it with '" + session::activation_command(credentials.client_id, context.profile()) + "'",
        ErrorKind::sign_in_needed);
  if (usable && credentials.refresh_token && !renewable)
    return warning("session",
                   name + ", but the refresh token is no longer active; the session ends " +
                       expiry_text(credentials, now),
                   "sign in with '" + session::sign_in_command(context.profile()) + "'");
  if (usable)
    return ok("session", name + "; the access token is active and expires " + expiry_text(credentials, now));
  if (!fresh)
    return ok("session", name + "; the next call refreshes the access token");
  return warning("session", name + ", but the access token is no longer active",
                 "get a new one with '" + session::command_for("refresh", context.profile()) + "'");
}

// A store that cannot be read has failed the check of the keychain already, unless it is this record alone.
Diagnostic no_credential(const session::NoCredential& none) {
  if (none.reason.kind() == ErrorKind::sign_in_needed)
    return warning("session", none.reason.what(), none.reason.hint());
  auto diagnostic = failed("session", none.reason);
  return none.damaged ? diagnostic : skipped("session", diagnostic.detail);
}

Diagnostic credential_check(const session::CallCredential& chosen, Context& context) {
  if (const auto* none = std::get_if<session::NoCredential>(&chosen))
    return no_credential(*none);
  if (const auto* key = std::get_if<session::ApiKey>(&chosen))
    return ok("session", key->because + "; calls use CHUTES_API_KEY");
  try {
    if (const auto* token = std::get_if<session::GivenToken>(&chosen))
      return given_token(token->value, context);
    return stored_session(std::get<session::Credentials>(chosen), context);
  } catch (const Error& error) {
    return skipped("session", "the server could not be asked: " + failed("session", error).detail);
  }
}

} // namespace

Diagnostic keychain_check(Context& context) {
  try {
    if (context.store != store::StoreKind::keychain) {
      static_cast<void>(context.vault().find_readable_session());
      return ok("keychain",
                "not used; the store '" + std::string{store::name_of(context.store)} + "' can be read");
    }
    const KeychainKey key{context.profile(), context.issuer(), "probe"};
    return keychain_round_trip(key, Secret{random_text(context.platform.random, 16)}, context);
  } catch (const Error& error) {
    return failed("keychain", error);
  }
}

Diagnostic session_check(Context& context) {
  try {
    return credential_check(context.call_credential(), context);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) // a variable holds what is no credential
      throw;
    return failed("session", error);
  }
}

} // namespace chutes::cli::doctor
