// What is kept, and whether the service still knows it: keychain and session.
#include "base/terminal_text.hpp"
#include "cli/account/account_text.hpp"
#include "cli/doctor/checks.hpp"
#include "platform/random_text.hpp"
#include "session/unreadable_record.hpp"

namespace chutes::cli::doctor {
namespace {

Diagnostic erased(const KeychainKey& key, const Secret& word, Context& context) {
  auto& keychain = context.platform.keychain;
  const auto begun = context.platform.clock.steady();
  keychain.store(key, "chutes-login doctor's probe", word);
  const auto read = keychain.find(key);
  const bool removed = keychain.remove(key);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(context.platform.clock.steady() - begun).count();
  if (!read || read->reveal() != word.reveal())
    return failed("keychain", "what is written cannot be read back",
                  "restart the keyring, or use '--store file'", ErrorKind::keychain);
  if (!removed || keychain.find(key))
    return failed("keychain", "what is written cannot be erased",
                  "restart the keyring, or use '--store file'", ErrorKind::keychain);
  return ok("keychain", "an item was written, read and erased in " + std::to_string(took) + " ms");
}

Diagnostic sign_in_again(const std::string& detail, Context& context) {
  return failed("session", detail, "'" + context.program + " login'", ErrorKind::sign_in_needed);
}

Diagnostic given_token(const std::string& token, Context& context) {
  if (context.introspect(Secret{token}).active)
    return ok("session", "calls use CHUTES_ACCESS_TOKEN, which the server knows");
  return failed("session", "the server does not know the token in CHUTES_ACCESS_TOKEN, which calls use",
                "unset CHUTES_ACCESS_TOKEN, or give it a token that is valid", ErrorKind::sign_in_needed);
}

Diagnostic stored_session(const session::Credentials& credentials, Context& context) {
  if (credentials.refused)
    return sign_in_again(session::refusal_error(*credentials.refused).what(), context);
  const auto now = context.platform.clock.now();
  const auto name = "signed in as " + one_line(who(credentials), 100);
  const bool fresh = credentials.fresh(now, std::chrono::seconds{1});
  const bool usable = fresh && context.introspect(credentials.access_token).active;
  const bool renewable = credentials.refresh_token && context.introspect(*credentials.refresh_token).active;
  if (!usable && !renewable)
    return sign_in_again("the server knows the session of profile " + context.profile() + " no more",
                         context);
  if (usable && credentials.refresh_token && !renewable)
    return warning("session",
                   name + ", but the server has ended the refresh token; the session ends " +
                       expiry_text(credentials, now),
                   "'" + context.program + " login'");
  if (usable)
    return ok("session", name + ", the token is good and expires " + expiry_text(credentials, now));
  if (!fresh)
    return ok("session", name + ", the next call renews the token");
  return warning("session", name + ", but the server has ended the access token early",
                 "'" + context.program + " refresh' gets another");
}

Diagnostic nobody_signed_in(Context& context) {
  if (context.platform.environment.find("CHUTES_API_KEY"))
    return ok("session", "nobody is signed in; calls use CHUTES_API_KEY");
  return warning("session", "nobody is signed in as profile " + context.profile(),
                 "'" + context.program + " login'");
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
    return erased(key, Secret{random_text(context.platform.random, 16)}, context);
  } catch (const Error& error) {
    return failed("keychain", error);
  }
}

Diagnostic session_check(Context& context) {
  std::optional<session::Credentials> credentials;
  const auto token = context.platform.environment.find("CHUTES_ACCESS_TOKEN");
  try {
    if (!token)
      credentials = context.vault().find_session();
  } catch (const session::UnreadableRecord& error) {
    return failed("session", error);
  } catch (const Error& error) {
    return skipped("session", failed("session", error).detail);
  }
  try {
    if (token)
      return given_token(*token, context);
    return credentials ? stored_session(*credentials, context) : nobody_signed_in(context);
  } catch (const Error& error) {
    return skipped("session", "the server could not be asked: " + failed("session", error).detail);
  }
}

} // namespace chutes::cli::doctor
