// `profile list`, `profile use` and `profile remove`: the stored profiles, and which of them is the default.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/account/account_text.hpp"
#include "cli/account/signing_out.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/command/command.hpp"
#include "cli/command/configuration.hpp"
#include "cli/output/table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace chutes::cli {
namespace {

constexpr const char* group = "Signing in and out";

// A profile: what is stored under one name for one authorization server.
using ProfileKey = std::pair<std::string, std::string>;

struct Profile {
  std::string name;
  std::string issuer;
  std::optional<session::Credentials> credentials;
  std::optional<session::ClientRegistration> registration;
  bool unreadable = false;
};

std::set<ProfileKey> stored_profiles(Context& context) {
  std::set<ProfileKey> profiles;
  for (const auto& key : context.platform.keychain.list())
    profiles.emplace(key.profile, key.issuer);
  return profiles;
}

// Also caches the names for completion.
std::vector<std::string> names_of(const std::set<ProfileKey>& profiles, Context& context) {
  std::vector<std::string> names;
  for (const auto& [name, issuer] : profiles)
    if (names.empty() || names.back() != name)
      names.push_back(name);
  cache_names("profiles", names, context.endpoints.llm, context.platform);
  return names;
}

Profile read_profile(const ProfileKey& key, Context& context) {
  Profile profile{key.first, key.second, std::nullopt, std::nullopt};
  const session::Vault vault{context.platform.keychain, key.first, key.second};
  try {
    profile.credentials = vault.find_session();
    profile.registration = vault.find_registration();
  } catch (const Error& error) {
    if (!is_store_failure(error.kind()))
      throw;
    profile.unreadable = true;
  }
  return profile;
}

std::string state_of(const Profile& profile, Instant now) {
  if (profile.unreadable)
    return "unreadable";
  if (!profile.credentials)
    return "signed out";
  const auto& credentials = *profile.credentials;
  if (credentials.refused)
    return "refused";
  return credentials.refresh_token || credentials.fresh(now, std::chrono::seconds{1}) ? "signed in"
                                                                                      : "expired";
}

Json profile_json(const Profile& profile, Context& context) {
  const auto now = context.platform.clock.now();
  Json json{{"name", profile.name},
            {"default", profile.name == context.profile()},
            {"issuer", profile.issuer.empty() ? Json(nullptr) : Json(profile.issuer)},
            {"state", state_of(profile, now)},
            {"signed_in", profile.credentials.has_value()},
            {"store", store::name_of(context.store)}};
  if (profile.credentials) {
    const Json facts = session_json(*profile.credentials, profile.name, context.store, now);
    for (const char* name : {"username", "scope", "expires_at", "expires_in"})
      json[name] = facts[name];
    json["client_id"] = profile.credentials->client_id;
  } else if (profile.registration) {
    json["client_id"] = profile.registration->client_id;
  }
  return json;
}

struct Nothing {};

void list(const Nothing& /*options*/, Context& context) {
  const auto stored = stored_profiles(context);
  static_cast<void>(names_of(stored, context));
  Json json = Json::array();
  std::vector<Row> rows;
  for (const auto& key : stored) {
    const auto profile = read_profile(key, context);
    json.push_back(profile_json(profile, context));
    rows.push_back({profile.name == context.profile() ? "*" : "", profile.name,
                    profile.credentials ? who(*profile.credentials) : "",
                    state_of(profile, context.platform.clock.now()), profile.issuer});
  }
  context.result(json, rows.empty() ? ""
                                    : table_text({{""}, {"PROFILE"}, {"USER"}, {"STATE"}, {"ISSUER"}}, rows,
                                                 table_columns(context.platform.terminal)));
  if (rows.empty())
    context.notice("No profiles are stored. Sign in with '" + context.program + " login'.");
  else if (std::none_of(stored.begin(), stored.end(),
                        [&](const ProfileKey& key) { return key.first == context.profile(); }))
    context.notice("The default profile, '" + context.profile() + "', is not stored.");
}

struct NameOptions {
  std::optional<std::string> name;
  bool yes = false;
};

// The profile given on the command line, which must be well formed.
std::string required_name(const NameOptions& options, const char* command, const Context& context) {
  if (!options.name)
    throw Error{ErrorKind::usage, std::string{"profile "} + command + " requires the name of a profile",
                "list them with '" + context.program + " profile list'"};
  GlobalOptions named;
  named.profile = options.name;
  require_valid(named);
  return *options.name;
}

Error no_such_profile(const std::string& name, const std::vector<std::string>& names,
                      const Context& context) {
  return Error{ErrorKind::sign_in_needed,
               "there is no profile '" + name +
                   "'; stored profiles: " + (names.empty() ? "none" : join(names, ", ")),
               "create it with '" + context.program + " login --profile " + name + "'"};
}

void use(const NameOptions& options, Context& context) {
  const auto name = required_name(options, "use", context);
  const auto names = names_of(stored_profiles(context), context);
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw no_such_profile(name, names, context);
  const Configuration configuration{context.platform};
  configuration.set("profile", name);
  context.result(Json{{"profile", name}}, "Profile " + name + " is now the default.\n");
  if (context.platform.environment.find("CHUTES_PROFILE"))
    context.notice("note: CHUTES_PROFILE is set and overrides it");
}

void remove(const NameOptions& options, Context& context) {
  const auto name = required_name(options, "remove", context);
  auto stored = stored_profiles(context);
  if (!stored.contains({name, context.issuer()})) {
    const session::Vault vault{context.platform.keychain, name, context.issuer()};
    static_cast<void>(vault.find_session()); // throws if the profile cannot be read
    for (const auto& [other, issuer] : stored)
      if (other == name)
        throw Error{ErrorKind::usage,
                    "profile '" + name +
                        "' belongs to another authorization server: " + one_line(issuer, 200),
                    "pass that server with --issuer"};
    throw no_such_profile(name, names_of(stored, context), context);
  }
  if (!options.yes &&
      !context.confirm("Sign out of profile " + name + " and remove it with its client registration?",
                       "--yes"))
    throw Error{ErrorKind::usage, "nothing was removed"};
  const auto outcome = sign_out(name, Keep::nothing, context);
  stored.erase({name, context.issuer()});
  static_cast<void>(names_of(stored, context));
  context.result(Json{{"profile", name}, {"revoked", outcome == SignOutResult::revoked}},
                 "Removed profile " + name + ".\n");
  if (name == context.profile() && name != "default")
    context.notice("note: it is still the default profile; choose another with 'profile use'");
  if (outcome == SignOutResult::not_revoked)
    throw not_revoked_error();
}

void declare_nothing(OptionDeclarer& /*declarer*/, Nothing& /*options*/) {}

void declare_use(OptionDeclarer& declarer, NameOptions& options) {
  declarer.argument("NAME", options.name, "The profile");
}

void declare_remove(OptionDeclarer& declarer, NameOptions& options) {
  declarer.argument("NAME", options.name, "The profile");
  declarer.flag("--yes", options.yes, "Do not ask for confirmation");
}

constexpr const char* list_footer =
    R"(An asterisk marks the default profile. Does not use the network.

Examples:
  chutes-login profile list
  chutes-login profile list --json | jq -r '.[].name'
)";

constexpr const char* use_footer =
    R"(Writes profile = "NAME" to config.toml in $XDG_CONFIG_HOME/chutes-login. --profile and
CHUTES_PROFILE override it.

Examples:
  chutes-login profile use work
)";

constexpr const char* remove_footer =
    R"(Signs out as logout does, and also removes the client registration, a stored API key and the
secrets of apps. All of them stay registered at the service. If the server cannot be reached, the
profile is removed all the same, and the exit code is 5.

Examples:
  chutes-login profile remove work
  chutes-login profile remove work --yes
)";

} // namespace

Command profile_command() {
  return heading("profile", group, "List the profiles, choose the default, or remove one");
}

Command profile_list_command() {
  return command("profile list", group, "List every stored profile", list_footer, declare_nothing, list);
}

Command profile_use_command() {
  return command("profile use", group, "Make this profile the default", use_footer, declare_use, use);
}

Command profile_remove_command() {
  return command("profile remove", group, "Sign out of a profile and remove it", remove_footer,
                 declare_remove, remove);
}

} // namespace chutes::cli
