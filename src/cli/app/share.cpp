// `app share`, `app unshare` and `app shares`: which other users see a private app.
#include "base/ascii.hpp"
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

The user sees the app in their list of apps, but cannot change it.
)";

constexpr const char* unshare_footer = R"(Examples:
  chutes-login app unshare "My shop" grace

A public app is still listed to everybody; 'chutes-login app update APP --private' makes it private.
)";

constexpr const char* shares_footer = R"(Examples:
  chutes-login app shares "My shop"

In a pipe, the columns are user name, user id, and since, separated by tabs.
)";

void declare_app_argument(OptionDeclarer& declarer, std::optional<std::string>& app) {
  declarer.argument("APP", app, "The app: its id, client id or exact name");
}

void declare_share(OptionDeclarer& declarer, ShareOptions& options) {
  declare_app_argument(declarer, options.app);
  declarer.argument("USER", options.user, "Name or id of the user");
  declare_admin_key(declarer, options.key);
}

void declare_shares(OptionDeclarer& declarer, SharesOptions& options) {
  declare_app_argument(declarer, options.app);
  declare_admin_key(declarer, options.key);
}

const std::string& required_user(const ShareOptions& options) {
  if (!options.user || options.user->empty())
    throw Error{ErrorKind::usage, "the user is missing", "give the name or id of the user after the app"};
  return *options.user;
}

void share(const ShareOptions& options, Context& context) {
  const auto& user = required_user(options);
  const AppAdminSession admin{options.key, context};
  const auto app = admin.find_required(options.app);
  const Json answer = admin.apps.share(app.app_id, user);
  context.result(
      answer, "Shared " + app_title(app) + " with " +
                  one_line(string_field(answer, "shared_to_username").value_or(user), longest_name) + ".\n");
}

// Returns the id of the user the app is shared with whom `user` names by id or name.
std::string sharing_user(const Json& shares, const std::string& user, const service::App& app,
                         const Context& context) {
  for (const auto& share : shares) {
    const auto id = string_field(share, "user_id");
    if (id && (*id == user || string_field(share, "username") == user))
      return *id;
  }
  throw Error{ErrorKind::service,
              app_name(app) + " is not shared with " + quote(one_line(user, longest_name), '\''),
              "run '" + context.program + " app shares APP' to list the users it is shared with"};
}

void unshare(const ShareOptions& options, Context& context) {
  const auto& user = required_user(options);
  const AppAdminSession admin{options.key, context};
  const auto app = admin.find_required(options.app);
  const auto user_id = sharing_user(admin.apps.shares(app.app_id), user, app, context);
  const Json answer = admin.apps.unshare(app.app_id, user_id);
  context.result(answer,
                 app_title(app) + " is no longer shared with " + one_line(user, longest_name) + ".\n");
}

void shares(const SharesOptions& options, Context& context) {
  const AppAdminSession admin{options.key, context};
  const auto app = admin.find_required(options.app);
  const Json all = admin.apps.shares(app.app_id);
  std::vector<Row> rows;
  for (const auto& share : all)
    rows.push_back({string_field(share, "username").value_or("?"),
                    string_field(share, "user_id").value_or("?"),
                    time_text(string_field(share, "shared_at").value_or(""))});
  context.result(all, rows.empty() ? ""
                                   : table_text({{"USER"}, {"USER ID"}, {"SINCE"}}, rows,
                                                table_columns(context.platform.terminal)));
  if (rows.empty())
    context.notice(app_title(app) + " is not shared with any user.");
}

} // namespace

Command app_share_command() {
  return command("app share", group, "Share an app with another user", share_footer, declare_share, share);
}

Command app_unshare_command() {
  return command("app unshare", group, "Stop sharing an app with a user", unshare_footer, declare_share,
                 unshare);
}

Command app_shares_command() {
  return command("app shares", group, "List the users an app is shared with", shares_footer, declare_shares,
                 shares);
}

} // namespace chutes::cli
