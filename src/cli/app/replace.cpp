// `app replace`: creates a copy of an app with other scopes, because the scopes of an app cannot be changed.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_options.hpp"
#include "cli/app/app_registration.hpp"
#include "cli/app/app_text.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct ReplaceOptions {
  std::optional<std::string> app;
  std::optional<std::string> name;
  std::vector<std::string> scope;
  SecretOptions secret;
  AdminKeyOptions key;
};

constexpr const char* footer = R"(Examples:
  chutes-login app replace "My shop" --name "My shop 2" --scope "openid profile usage:read" \
      --secret-to env-file:.env.local

Creates a new app with the redirect URIs, texts and settings of APP. Does not change APP, so both
work until you have switched over; then run 'chutes-login app delete APP' to delete the old app.
Users of the old app must sign in again with the new one.
)";

void declare(OptionDeclarer& declarer, ReplaceOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, client id or exact name");
  declarer.value("--name", options.name, "NAME",
                 "Name of the new app; must differ from the old one, since names are unique");
  declarer.list("--scope", options.scope, "SCOPE", "Scope the new app may request (repeatable)");
  declare_secret(declarer, options.secret);
  declare_admin_key(declarer, options.key);
}

service::AppFields like(const service::App& old, const ReplaceOptions& options) {
  auto fields = service::fields_of(old);
  fields.name = options.name;
  fields.active.reset(); // a new app is active
  fields.scopes = scopes_to_register(options.scope);
  return fields;
}

void run(const ReplaceOptions& options, Context& context) {
  if (!options.name || options.scope.empty())
    throw Error{ErrorKind::usage, "app replace requires --name and --scope",
                "give the new app a name and its scopes"};
  const auto destination = make_secret_destination(options.secret, context);
  const AppAdminSession admin{options.key, context};
  const auto old = admin.find_required(options.app);
  const auto fields = like(old, options);
  require_valid(fields, service::AppFieldsFor::creation, context);
  check_registrable(*fields.scopes, context);
  const auto app = register_app(fields, *destination, admin, context);
  report(*destination, *app.document,
         app_name(app) + " replaces " + app_name(old) + "\n" + app_facts(app, fields.scopes) +
             "  secret         " + destination->place() + "\n",
         context);
  const auto plain = [](const std::string& id) { return one_line(id, 100); };
  context.notice("Replace " + plain(old.client_id) + " and its secret by " + plain(app.client_id) +
                 " and the new secret wherever they are used; users must sign in again. The old app "
                 "works until you run '" +
                 context.program + " app delete " + plain(old.app_id) + "'.");
  context.platform.signals.check(); // one that came meanwhile
}

} // namespace

Command app_replace_command() {
  return command("app replace", "Registering apps", "Create a copy of an app with other scopes", footer,
                 declare, run);
}

} // namespace chutes::cli
