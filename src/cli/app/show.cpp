// `app show`: all that the service tells of one app, and the scopes it was created with where we know them.
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

The service does not tell an app's scopes. Those of apps created here are remembered; with --json
they are the field `remembered_scopes`.
)";

void declare(OptionDeclarer& declarer, ShowOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, its client id or its exact name");
  declare_admin_key(declarer, options.key);
}

void run(const ShowOptions& options, Context& context) {
  const AppAdminSession desk{options.key, context};
  const auto app = desk.required(options.app);
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
