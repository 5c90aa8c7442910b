// `app show`: prints one app as the service returns it, and the scopes it was created with, if known.
#include "cli/app/app_admin_session.hpp"
#include "cli/app/app_text.hpp"
#include "cli/app/secrets/remembered_scopes.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct ShowOptions {
  std::optional<std::string> app;
  AdminKeyOptions key;
};

constexpr const char* footer = R"(Examples:
  chutes-login app show "My shop"
  chutes-login app show cid_… --json | jq .redirect_uris

The service does not return the scopes of an app. For apps created on this machine they are
remembered; with --json they are in the field `remembered_scopes`.
)";

void declare(OptionDeclarer& declarer, ShowOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, client id or exact name");
  declare_admin_key(declarer, options.key);
}

void run(const ShowOptions& options, Context& context) {
  const AppAdminSession admin{options.key, context};
  const auto app = admin.find_required(options.app);
  const auto scopes = remembered_scopes(app.app_id, context);
  Json json = *app.document;
  if (scopes)
    json["remembered_scopes"] = *scopes;
  context.result(json, app_name(app) + "\n" + app_facts(app, scopes));
}

} // namespace

Command app_show_command() {
  return command("app show", "Registering apps", "Show one app", footer, declare, run);
}

} // namespace chutes::cli
