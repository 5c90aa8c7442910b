// `grants list` and `grants revoke`: the apps that this account has authorized.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_admin_session.hpp"
#include "cli/app/app_text.hpp"
#include "cli/command/command.hpp"
#include "cli/output/table.hpp"
#include "oauth/scope.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr const char* group = "Using the session";
constexpr std::size_t longest_name = 100;

struct GrantsOptions {
  AdminKeyOptions key;
};

struct RevokeOptions {
  std::optional<std::string> app;
  AdminKeyOptions key;
};

constexpr const char* list_footer = R"(Examples:
  chutes-login grants list
  chutes-login grants list --json | jq -r '.[].app_name'

In a pipe, the columns are app, scopes, since, and app id, separated by tabs.
)";

constexpr const char* revoke_footer = R"(Examples:
  chutes-login grants revoke "Some app"

Revokes every token the app has for this account, on all devices. The app may ask for authorization
again. To end a session of this program, use 'chutes-login logout'.
)";

void declare_list(OptionDeclarer& declarer, GrantsOptions& options) {
  declare_admin_key(declarer, options.key);
}

void declare_revoke(OptionDeclarer& declarer, RevokeOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, client id or exact name");
  declare_admin_key(declarer, options.key);
}

void list(const GrantsOptions& options, Context& context) {
  const AppAdminSession admin{options.key, context};
  const auto grants = admin.authorizations.list();
  Json json = Json::array();
  std::vector<Row> rows;
  for (const auto& grant : grants) {
    json.push_back(*grant.document);
    rows.push_back(
        {grant.app_name, oauth::scope_text(grant.scopes), time_text(grant.created_at), grant.app_id});
  }
  context.result(json, rows.empty() ? ""
                                    : table_text({{"APP"}, {"SCOPES"}, {"SINCE"}, {"APP ID"}}, rows,
                                                 table_columns(context.platform.terminal)));
  if (rows.empty())
    context.notice("This account has authorized no app.");
}

// Returns the id of the authorized app that `word` names.
std::string authorized_app(const std::string& word, const AppAdminSession& admin, const Context& context) {
  if (looks_like_app_id(word))
    if (const auto app = admin.apps.find(word))
      return app->app_id;
  auto grants = admin.authorizations.list();
  std::erase_if(grants, [&](const auto& grant) { return grant.app_name != word && grant.app_id != word; });
  const auto shown = quote(one_line(word, longest_name), '\'');
  if (grants.empty())
    throw Error{ErrorKind::service, "this account has authorized no app " + shown,
                "run '" + context.program + " grants list' to list the authorized apps"};
  if (grants.size() == 1)
    return grants.front().app_id;
  std::vector<std::string> ids;
  ids.reserve(grants.size());
  for (const auto& grant : grants)
    ids.push_back(one_line(grant.app_id, longest_name));
  throw Error{ErrorKind::usage, shown + " is the name of several apps: " + join(ids, ", "),
              "give the app id instead"};
}

void revoke(const RevokeOptions& options, Context& context) {
  if (!options.app || options.app->empty())
    throw Error{ErrorKind::usage, "the app is missing",
                "run '" + context.program + " grants list' to list the authorized apps"};
  const AppAdminSession admin{options.key, context};
  const auto app_id = authorized_app(*options.app, admin, context);
  const Json answer = admin.authorizations.revoke(app_id);
  context.result(answer, "Revoked the authorization of " + one_line(*options.app, longest_name) + ".\n");
  context.notice("All its tokens for this account are revoked, on all devices.");
}

} // namespace

Command grants_command() {
  return heading("grants", group, "List the apps this account has authorized, or revoke one");
}

Command grants_list_command() {
  return command("grants list", group, "List the apps this account has authorized", list_footer, declare_list,
                 list);
}

Command grants_revoke_command() {
  return command("grants revoke", group, "Revoke the authorization of an app", revoke_footer, declare_revoke,
                 revoke);
}

} // namespace chutes::cli
