// `app rotate-secret`: a new secret in the place of the old one, which is dead at once.
#include "cli/app/app_admin_session.hpp"
#include "cli/app/app_text.hpp"
#include "cli/app/secrets/remembered_scopes.hpp"
#include "cli/app/secrets/secret_destination.hpp"
#include "cli/app/secrets/stored_app_secret.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct RotateOptions {
  std::optional<std::string> app;
  SecretOptions secret;
  AdminKeyOptions key;
};

constexpr const char* footer = R"(Examples:
  chutes-login app rotate-secret "My shop" --secret-to env-file:.env.local
  chutes-login app rotate-secret cid_… --secret-to stdout | vault kv put secret/shop secret=-

The old secret is dead at once: whatever still uses it can neither sign in nor refresh. The new one
is stored before anything is reported; the place for it is looked at before the old one is given up.
)";

void declare(OptionDeclarer& declarer, RotateOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, its client id or its exact name");
  declare_secret(declarer, options.secret);
  declare_admin_key(declarer, options.key);
}

service::RenewedSecret rotate(const service::App& app, SecretDestination& destination,
                              const AppAdminSession& desk, Context& context) {
  destination.prepare();
  const SignalsHeld held{context.platform.signals};
  auto renewed = desk.apps.regenerate_secret(app.app_id);
  store_or_rescue(
      destination,
      {app.client_id, renewed.client_secret, remembered_scopes(app.app_id, context), renewed.document},
      context);
  if (renew_kept_secret(app.client_id, renewed.client_secret, context))
    context.notice("This profile signs in with that client, and has the new secret.");
  return renewed;
}

void run(const RotateOptions& options, Context& context) {
  const auto destination = make_secret_destination(options.secret, context);
  const AppAdminSession desk{options.key, context};
  const auto app = desk.required(options.app);
  const auto renewed = rotate(app, *destination, desk, context);
  report(*destination, *renewed.document,
         "The new secret of " + app_title(app) + " is " + destination->place() + ".\n", context);
  context.notice("The old one is dead: whatever still uses it can neither sign in nor refresh.");
  context.platform.signals.check(); // what came meanwhile
}

} // namespace

Command app_rotate_secret_command() {
  return command("app rotate-secret", "Registering apps", "Give an app a new secret", footer, declare, run);
}

} // namespace chutes::cli
