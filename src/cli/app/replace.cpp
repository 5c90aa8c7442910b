// `app replace`: a new app like an old one but for its scopes, which the service never changes.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_options.hpp"
#include "cli/app/app_text.hpp"
#include "cli/app/creation.hpp"
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

Creates a new app with the redirect URIs, texts and settings of APP, and leaves APP as it is, so that
both work until you have changed over; then 'chutes-login app delete APP' takes the old one away.
Whoever signed in with the old one signs in again with the new one.
)";

void declare(OptionDeclarer& declarer, ReplaceOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, its client id or its exact name");
  declarer.value("--name", options.name, "NAME",
                 "The name of the new app; names are unique, so it cannot be the old one");
  declarer.list("--scope", options.scope, "SCOPE", "A scope the new app may ask for (repeatable)");
  declare_secret(declarer, options.secret);
  declare_admin_key(declarer, options.key);
}

service::AppFields like(const service::App& old, const ReplaceOptions& options) {
  return {.name = options.name,
          .redirect_uris = old.redirect_uris,
          .description = old.description,
          .homepage_url = old.homepage_url,
          .logo_url = old.logo_url,
          .is_public = old.is_public,
          .refresh_token_lifetime_days = old.refresh_token_lifetime_days,
          .scopes = scopes_to_register(options.scope)};
}

void run(const ReplaceOptions& options, Context& context) {
  if (!options.name || options.scope.empty())
    throw Error{ErrorKind::usage, "app replace wants --name and --scope",
                "the new app needs a name of its own, and the scopes it is made for"};
  const auto destination = make_secret_destination(options.secret, context);
  const AppAdminSession desk{options.key, context};
  const auto old = desk.required(options.app);
  const auto fields = like(old, options);
  require_valid(fields, service::AppFieldsFor::creation, context);
  check_registrable(*fields.scopes, context);
  const auto app = register_app(fields, *destination, desk, context);
  report(*destination, *app.document,
         app_name(app) + " replaces " + app_name(old) + "\n" + app_facts(app, fields.scopes) +
             "  secret         " + destination->place() + "\n",
         context);
  const auto plain = [](const std::string& id) { return one_line(id, 100); };
  context.notice("What uses " + plain(old.client_id) + " changes to " + plain(app.client_id) +
                 " and its secret, and everybody signs in again. The old app works until '" +
                 context.program + " app delete " + plain(old.app_id) + "'.");
  context.platform.signals.check(); // what came meanwhile
}

} // namespace

Command app_replace_command() {
  return command("app replace", "Registering apps", "Make a new app like another, with other scopes", footer,
                 declare, run);
}

} // namespace chutes::cli
