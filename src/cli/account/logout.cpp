// `logout`: revokes the session at the server, then removes it here in any case.
#include "base/error.hpp"
#include "cli/account/signing_out.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

struct LogoutOptions {
  bool all = false;
};

constexpr const char* footer =
    R"(Revokes the refresh token and the access token at the server, then removes the session
from the keychain. If the server cannot be reached, the session is removed all the same, and the
exit code is 5. Where a server does not revoke tokens, logout says until when they are valid,
and the exit code is 0. The client registration is kept for the next sign-in.

Examples:
  chutes-login logout
  chutes-login logout --all
)";

void declare(OptionDeclarer& declarer, LogoutOptions& options) {
  declarer.flag("--all", options.all, "Sign out every profile that is signed in at this server");
}

// With those that cannot be read: signing them out says why.
std::vector<std::string> signed_in_profiles(Context& context) {
  std::vector<std::string> profiles;
  for (const auto& key : context.platform.keychain.list())
    if (key.kind.empty() || (key.kind == "session" && key.issuer == context.issuer()))
      profiles.push_back(key.profile);
  std::sort(profiles.begin(), profiles.end());
  return profiles;
}

// The variables hold credentials of their own, which no sign-out ends.
void warn_of_variables(Context& context) {
  const auto& environment = context.platform.environment;
  if (environment.find("CHUTES_ACCESS_TOKEN"))
    context.notice("warning: CHUTES_ACCESS_TOKEN is still set, and calls use it; unset it to stop that");
  else if (environment.find("CHUTES_API_KEY"))
    context.notice("warning: CHUTES_API_KEY is still set, and calls may use it; unset it to stop that");
}

void run(const LogoutOptions& options, Context& context) {
  const auto profiles =
      options.all ? signed_in_profiles(context) : std::vector<std::string>{context.profile()};
  Json signed_out = Json::array();
  std::string text;
  bool all_revoked = true;
  std::optional<Error> unreadable; // the first; the other profiles are signed out all the same
  for (const auto& profile : profiles) {
    auto outcome = SignOutResult::not_signed_in;
    try {
      outcome = sign_out(profile, Keep::registration, context);
    } catch (const Error& error) {
      if (!options.all || !is_store_failure(error.kind()))
        throw;
      if (!unreadable)
        unreadable = Error{error.kind(), "profile '" + profile + "' was not signed out: " + error.what(),
                           error.hint()};
      continue;
    }
    if (outcome == SignOutResult::not_signed_in) {
      context.notice("Profile '" + profile + "' is not signed in.");
      continue;
    }
    all_revoked = all_revoked && outcome != SignOutResult::not_revoked;
    signed_out.push_back({{"profile", profile}, {"revoked", outcome == SignOutResult::revoked}});
    text += "Signed out of profile " + profile + ".\n";
  }
  context.result(signed_out, text);
  warn_of_variables(context);
  if (unreadable)
    throw Error{*unreadable};
  if (!all_revoked)
    throw not_revoked_error();
}

} // namespace

Command logout_command() {
  return command("logout", "Signing in and out", "Revoke the session at the server and remove it here",
                 footer, declare, run);
}

} // namespace chutes::cli
