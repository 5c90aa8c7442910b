// `app rotate-secret`: replaces the secret of an app; the old one stops working at once.
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

The old secret stops working at once: an application that still uses it can neither sign users in nor
refresh tokens. The destination of the new secret is checked before the old one is replaced.
)";

void declare(OptionDeclarer& declarer, RotateOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, client id or exact name");
  declare_secret(declarer, options.secret);
  declare_admin_key(declarer, options.key);
}

service::RenewedSecret rotate(const service::App& app, SecretDestination& destination,
                              const AppAdminSession& admin, Context& context) {
  destination.prepare();
  const SignalsHeld held{
      context.platform.signals,
      "warning: ended while the secret was being replaced; if the old one no longer works, the "
      "new one is lost: run 'app rotate-secret' again"};
  auto renewed = admin.apps.regenerate_secret(app.app_id);
  store_or_rescue(
      destination,
      {app.client_id, renewed.client_secret, remembered_scopes(app.app_id, context), renewed.document},
      context);
  if (replace_stored_secret(app.client_id, renewed.client_secret, context))
    context.notice("This profile signs in with that client; its secret was updated.");
  return renewed;
}

void run(const RotateOptions& options, Context& context) {
  const auto destination = make_secret_destination(options.secret, context);
  const AppAdminSession admin{options.key, context};
  const auto app = admin.find_required(options.app);
  const auto renewed = rotate(app, *destination, admin, context);
  report(*destination, *renewed.document,
         "The new secret of " + app_title(app) + " is " + destination->place() + ".\n", context);
  context.notice(
      "The old secret no longer works: an application that still uses it can neither sign users in nor "
      "refresh tokens.");
  context.platform.signals.check(); // one that came meanwhile
}

} // namespace

Command app_rotate_secret_command() {
  return command("app rotate-secret", "Registering apps", "Replace the secret of an app", footer, declare,
                 run);
}

} // namespace chutes::cli
