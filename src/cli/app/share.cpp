// `app share`, `app unshare` and `app shares`: who else sees an app that is not public.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_admin_session.hpp"
#include "cli/app/app_text.hpp"
#include "cli/command/command.hpp"
#include "cli/output/table.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr const char* group = "Registering apps";
constexpr std::size_t longest_name = 100;

struct ShareOptions {
  std::optional<std::string> app;
  std::optional<std::string> user;
  AdminKeyOptions key;
};

struct SharesOptions {
  std::optional<std::string> app;
  AdminKeyOptions key;
};

constexpr const char* share_footer = R"(Examples:
  chutes-login app share "My shop" grace

They see the app in their list, and cannot change it.
)";

constexpr const char* unshare_footer = R"(Examples:
  chutes-login app unshare "My shop" grace

A public app is still seen by everybody; 'chutes-login app update APP --private' changes that.
)";

constexpr const char* shares_footer = R"(Examples:
  chutes-login app shares "My shop"

In a pipe the columns are user name, user id, and since when, separated by tabs.
)";

void declare_app_argument(OptionDeclarer& declarer, std::optional<std::string>& app) {
  declarer.argument("APP", app, "The app: its id, its client id or its exact name");
}

void declare_share(OptionDeclarer& declarer, ShareOptions& options) {
  declare_app_argument(declarer, options.app);
  declarer.argument("USER", options.user, "The user's name or id");
  declare_admin_key(declarer, options.key);
}

void declare_shares(OptionDeclarer& declarer, SharesOptions& options) {
  declare_app_argument(declarer, options.app);
  declare_admin_key(declarer, options.key);
}

const std::string& required_user(const ShareOptions& options) {
  if (!options.user || options.user->empty())
    throw Error{ErrorKind::usage, "the command wants an app and a user", "give the user's name or id"};
  return *options.user;
}

void share(const ShareOptions& options, Context& context) {
  const auto& user = required_user(options);
  const AppAdminSession desk{options.key, context};
  const auto app = desk.required(options.app);
  const Json answer = desk.apps.share(app.app_id, user);
  context.result(
      answer, "Shared " + app_title(app) + " with " +
                  one_line(string_field(answer, "shared_to_username").value_or(user), longest_name) + ".\n");
}

// The id of the user it is shared with, whom `user` names by id or name.
std::string sharing_user(const Json& shares, const std::string& user, const service::App& app,
                         const Context& context) {
  for (const auto& share : shares) {
    const auto id = string_field(share, "user_id");
    if (id && (*id == user || string_field(share, "username") == user))
      return *id;
  }
  throw Error{ErrorKind::service,
              app_name(app) + " is not shared with '" + one_line(user, longest_name) + "'",
              "'" + context.program + " app shares' lists whom it is shared with"};
}

void unshare(const ShareOptions& options, Context& context) {
  const auto& user = required_user(options);
  const AppAdminSession desk{options.key, context};
  const auto app = desk.required(options.app);
  const auto user_id = sharing_user(desk.apps.shares(app.app_id), user, app, context);
  const Json answer = desk.apps.unshare(app.app_id, user_id);
  context.result(answer,
                 app_title(app) + " is no longer shared with " + one_line(user, longest_name) + ".\n");
}

void shares(const SharesOptions& options, Context& context) {
  const AppAdminSession desk{options.key, context};
  const auto app = desk.required(options.app);
  const Json all = desk.apps.shares(app.app_id);
  std::vector<Row> rows;
  for (const auto& share : all)
    rows.push_back({string_field(share, "username").value_or("?"),
                    string_field(share, "user_id").value_or("?"),
                    time_text(string_field(share, "shared_at").value_or(""))});
  context.result(all, rows.empty() ? ""
                                   : table_text({{"USER"}, {"USER ID"}, {"SINCE"}}, rows,
                                                table_columns(context.platform.terminal)));
  if (rows.empty())
    context.notice(app_title(app) + " is shared with nobody.");
}

} // namespace

Command app_share_command() {
  return command("app share", group, "Let another user see an app", share_footer, declare_share, share);
}

Command app_unshare_command() {
  return command("app unshare", group, "Stop letting another user see an app", unshare_footer, declare_share,
                 unshare);
}

Command app_shares_command() {
  return command("app shares", group, "List whom an app is shared with", shares_footer, declare_shares,
                 shares);
}

} // namespace chutes::cli
