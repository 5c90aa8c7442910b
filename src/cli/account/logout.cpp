// `logout`: the server is told first, the session is removed here in any case.
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
from the keychain. Without a network it is removed here, and exit code 5 says that the server
was not told. The client registration is kept for the next sign-in.

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
  bool all_told = true;
  for (const auto& profile : profiles) {
    const Told told = sign_out(profile, Keep::registration, context);
    if (told == Told::nothing_there) {
      context.notice("Nobody was signed in as profile '" + profile + "'.");
      continue;
    }
    all_told = all_told && told == Told::yes;
    signed_out.push_back({{"profile", profile}, {"revoked", told == Told::yes}});
    text += "Signed out of profile " + profile + ".\n";
  }
  context.result(signed_out, text);
  if (!all_told)
    throw server_not_told();
}

} // namespace

Command logout_command() {
  return command("logout", "Signing in and out", "Revoke the session at the server and remove it here",
                 footer, declare, run);
}

} // namespace chutes::cli
