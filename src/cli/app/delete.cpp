// `app delete`: takes an app back, with every sign-in that was made with it.
#include "base/error.hpp"
#include "cli/app/app_admin_session.hpp"
#include "cli/app/app_text.hpp"
#include "cli/app/secrets/remembered_scopes.hpp"
#include "cli/app/secrets/stored_app_secret.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct DeleteOptions {
  std::optional<std::string> app;
  bool yes = false;
  AdminKeyOptions key;
};

constexpr const char* footer = R"(Examples:
  chutes-login app delete "My shop"
  chutes-login app delete cid_… --yes

Everybody who signed in with the app is signed out of it, on all devices, within five minutes.
'chutes-login app update APP --deactivate' stops an app and can be undone.
)";

void declare(OptionDeclarer& declarer, DeleteOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, its client id or its exact name");
  declarer.flag("--yes", options.yes, "Do not ask");
  declare_admin_key(declarer, options.key);
}

void run(const DeleteOptions& options, Context& context) {
  const AppAdminSession desk{options.key, context};
  const auto app = desk.required(options.app);
  if (!options.yes &&
      !context.confirm("Delete the app " + app_title(app) +
                           "? Its secret and every sign-in made with it stop working, for everybody, and "
                           "this cannot be undone.",
                       "--yes"))
    throw Error{ErrorKind::usage, "nothing was deleted"};
  const Json answer = desk.apps.remove(app.app_id);
  forget_scopes(app.app_id, context);
  context.result(answer, "Deleted the app " + app_title(app) + ".\n");
  if (forget_kept_secret(app.client_id, context))
    context.notice("note: this profile signed in with that client; '" + context.program +
                   " setup' registers another");
}

} // namespace

Command app_delete_command() {
  return command("app delete", "Registering apps", "Delete an app and every sign-in with it", footer, declare,
                 run);
}

} // namespace chutes::cli
