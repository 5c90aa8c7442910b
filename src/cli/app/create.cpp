// `app create`: registers an app and stores its secret.
#include "cli/app/app_options.hpp"
#include "cli/app/app_registration.hpp"
#include "cli/app/app_text.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct CreateOptions {
  AppOptions app;
  std::vector<std::string> scope;
  SecretOptions secret;
  AdminKeyOptions key;
};

constexpr const char* footer = R"(Examples:
  chutes-login app create --name "My shop" --redirect-uri https://shop.example/auth/callback
  chutes-login app create --name "My shop" --redirect-uri http://localhost:3000/callback \
      --secret-to env-file:.env.local
  chutes-login app create --name Release --redirect-uri https://shop.example/cb --secret-to github

'chutes-login login --client-id ID' finds a secret in the keychain; other programs get it with
'secret-tool lookup kind client:ID'. In an env file, the variables CHUTES_OAUTH_CLIENT_ID,
CHUTES_OAUTH_CLIENT_SECRET and CHUTES_OAUTH_SCOPES are set; the rest of the file is kept. In a GitHub
workflow, the secret is masked, then the step outputs client_id, client_secret and app_id are set.

The destination of the secret is tried before the app is created. An env file is composed and read back;
if other users can read it, you are asked, or without a terminal it is refused. If storing the secret fails
nevertheless, it is written to a file that only you can read, and the path is printed.

The scopes of an app cannot be changed later. Scopes that need no registration ('chutes-login
scopes') are granted to every app, whatever it registers.
)";

void declare(OptionDeclarer& declarer, CreateOptions& options) {
  declare_app(declarer, options.app);
  declarer.list("--scope", options.scope, "SCOPE",
                "Scope the app may request (repeatable; default: openid profile chutes:invoke)");
  declare_secret(declarer, options.secret);
  declare_admin_key(declarer, options.key);
}

void run(const CreateOptions& options, Context& context) {
  auto fields = app_fields(options.app);
  fields.scopes = scopes_to_register(options.scope);
  require_valid(fields, service::AppFieldsFor::creation, context);
  const auto destination = make_secret_destination(options.secret, context);
  const AppAdminSession admin{options.key, context};
  check_registrable(*fields.scopes, context);
  const auto app = register_app(fields, *destination, admin, context);
  report(*destination, *app.document,
         app_name(app) + "\n" + app_facts(app, fields.scopes) + "  secret         " + destination->place() +
             "\n",
         context);
  context.notice("The scopes of an app cannot be changed; '" + context.program +
                 " app replace' creates a new app with other scopes.");
  context.platform.signals.check(); // one that came meanwhile
}

} // namespace

Command app_create_command() {
  return command("app create", "Registering apps", "Register an app and store its secret", footer, declare,
                 run);
}

} // namespace chutes::cli
