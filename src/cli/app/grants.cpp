// `grants list` and `grants revoke`: the apps that this account has signed in to.
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

In a pipe the columns are app, scopes, since when, and app id, separated by tabs.
)";

constexpr const char* revoke_footer = R"(Examples:
  chutes-login grants revoke "Some app"

The app loses every token it has for this account, on all devices; it can ask anew. To end a session
of this program, 'chutes-login logout' is enough.
)";

void declare_list(OptionDeclarer& declarer, GrantsOptions& options) {
  declare_admin_key(declarer, options.key);
}

void declare_revoke(OptionDeclarer& declarer, RevokeOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, its client id or its exact name");
  declare_admin_key(declarer, options.key);
}

void list(const GrantsOptions& options, Context& context) {
  const AppAdminSession desk{options.key, context};
  const auto grants = desk.authorizations.list();
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

// The id of the app that `word` names among those authorized.
std::string authorized_app(const std::string& word, const AppAdminSession& desk, const Context& context) {
  if (looks_like_app_id(word))
    if (const auto app = desk.apps.find(word))
      return app->app_id;
  auto grants = desk.authorizations.list();
  std::erase_if(grants, [&](const auto& grant) { return grant.app_name != word && grant.app_id != word; });
  const auto shown = "'" + one_line(word, longest_name) + "'";
  if (grants.empty())
    throw Error{ErrorKind::service, "this account has authorized no app " + shown,
                "'" + context.program + " grants list' lists those it has"};
  if (grants.size() == 1)
    return grants.front().app_id;
  std::string ids;
  for (const auto& grant : grants)
    ids += (ids.empty() ? "" : ", ") + one_line(grant.app_id, longest_name);
  throw Error{ErrorKind::usage, shown + " names several apps: " + ids, "give the id of the one you mean"};
}

void revoke(const RevokeOptions& options, Context& context) {
  if (!options.app || options.app->empty())
    throw Error{ErrorKind::usage, "grants revoke wants an app",
                "'" + context.program + " grants list' lists those that are authorized"};
  const AppAdminSession desk{options.key, context};
  const auto app_id = authorized_app(*options.app, desk, context);
  const Json answer = desk.authorizations.revoke(app_id);
  context.result(answer, "Revoked what " + one_line(*options.app, longest_name) + " was allowed.\n");
  context.notice("All its tokens for this account are dead, on all devices.");
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
  return command("grants revoke", group, "End what an app was allowed", revoke_footer, declare_revoke,
                 revoke);
}

} // namespace chutes::cli
