// `logout`: the server is told first, the session is removed here in any case.
#include "base/error.hpp"
#include "cli/command.hpp"
#include "session/session_lock.hpp"
#include "session/sign_out.hpp"

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
)";

void declare(Words& words, LogoutOptions& options) {
  words.flag("--all", options.all, "Sign out every profile that is signed in at this server");
}

std::vector<std::string> signed_in_profiles(Context& context) {
  std::vector<std::string> profiles;
  for (const auto& key : context.platform.keychain.list())
    if (key.kind == "session" && key.issuer == context.issuer())
      profiles.push_back(key.profile);
  std::sort(profiles.begin(), profiles.end());
  return profiles;
}

enum class Told { yes, no, nothing_there };

Told sign_out(const std::string& profile, Context& context) {
  session::Vault vault{context.platform.keychain, profile, context.issuer()};
  const auto lock = session::lock_session(profile, context.platform.lock);
  const auto credentials = vault.find_readable_session(); // what cannot be read can still be removed
  bool told = false;
  try {
    told = credentials && session::revoke_tokens(*credentials, context.server(), context.platform.http);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::network && error.kind() != ErrorKind::service)
      throw; // a discovery that fails must not keep the session from being removed
  }
  if (!vault.remove_session())
    return Told::nothing_there;
  return told ? Told::yes : Told::no;
}

void run(const LogoutOptions& options, Context& context) {
  const auto profiles =
      options.all ? signed_in_profiles(context) : std::vector<std::string>{context.profile()};
  Json signed_out = Json::array();
  std::string text;
  bool all_told = true;
  for (const auto& profile : profiles) {
    const Told told = sign_out(profile, context);
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
    throw Error{ErrorKind::network, "the session was removed here, but the server could not be told",
                "its access token ends within the hour; the grant can be revoked on the service's website"};
}

} // namespace

Command logout_command() {
  return command("logout", "Signing in and out", "Revoke the session at the server and remove it here",
                 footer, declare, run);
}

} // namespace chutes::cli
