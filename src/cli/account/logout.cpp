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

std::vector<std::string> signed_in_profiles(Context& context) {
  std::vector<std::string> profiles;
  for (const auto& key : context.platform.keychain.list())
    if (key.kind == "session" && key.issuer == context.issuer())
      profiles.push_back(key.profile);
  std::sort(profiles.begin(), profiles.end());
  return profiles;
}

void run(const LogoutOptions& options, Context& context) {
  const auto profiles =
      options.all ? signed_in_profiles(context) : std::vector<std::string>{context.profile()};
  Json signed_out = Json::array();
  std::string text;
  bool all_revoked = true;
  for (const auto& profile : profiles) {
    const auto outcome = sign_out(profile, Keep::registration, context);
    if (outcome == SignOutResult::not_signed_in) {
      context.notice("Profile '" + profile + "' is not signed in.");
      continue;
    }
    all_revoked = all_revoked && outcome != SignOutResult::not_revoked;
    signed_out.push_back({{"profile", profile}, {"revoked", outcome == SignOutResult::revoked}});
    text += "Signed out of profile " + profile + ".\n";
  }
  context.result(signed_out, text);
  if (!all_revoked)
    throw not_revoked_error();
}

} // namespace

Command logout_command() {
  return command("logout", "Signing in and out", "Revoke the session at the server and remove it here",
                 footer, declare, run);
}

} // namespace chutes::cli
