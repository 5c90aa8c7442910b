// `app delete`: deletes an app and every sign-in made with it.
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

Signs out everybody who signed in with the app, on all devices, within five minutes.
To disable an app for a while, use 'chutes-login app update APP --deactivate'; that can be undone.
)";

void declare(OptionDeclarer& declarer, DeleteOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, client id or exact name");
  declarer.flag("--yes", options.yes, "Do not ask for confirmation");
  declare_admin_key(declarer, options.key);
}

void run(const DeleteOptions& options, Context& context) {
  const AppAdminSession admin{options.key, context};
  const auto app = admin.find_required(options.app);
  if (!options.yes &&
      !context.confirm("Delete the app " + app_title(app) +
                           "? Its secret and every sign-in made with it stop working, for everybody, and "
                           "this cannot be undone.",
                       "--yes"))
    throw Error{ErrorKind::usage, "nothing was deleted"};
  const Json answer = admin.apps.remove(app.app_id);
  forget_scopes(app.app_id, context);
  context.result(answer, "Deleted the app " + app_title(app) + ".\n");
  if (forget_stored_secret(app.client_id, context))
    context.notice("note: this profile signed in with that client; run '" + context.program +
                   " setup' to register a new one");
}

} // namespace

Command app_delete_command() {
  return command("app delete", "Registering apps", "Delete an app and every sign-in with it", footer, declare,
                 run);
}

} // namespace chutes::cli
