// `setup`: registers an OAuth client for this user, once, and signs in with it.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/account/sign_in_dialogue.hpp"
#include "cli/app/web_setup.hpp"
#include "cli/command/admin_key.hpp"
#include "cli/command/command.hpp"
#include "service/apps/registration.hpp"
#include "session/loopback_ports.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>

namespace chutes::cli {
namespace {

struct SetupOptions {
  std::optional<std::string> name;
  std::vector<std::string> scope;
  AdminKeyOptions key;
  bool keep_api_key = false;
  bool no_browser = false;
  WebSetupOptions web;
};

constexpr const char* footer = R"(Examples:
  chutes-login setup
  chutes-login setup --api-key-file key.txt --name "Build server" --scope "openid profile chutes:invoke"
  chutes-login setup --web --name "My shop" --homepage-url https://shop.example

The service has no public clients, so every user signs in with a client of their own. A second run
finds the client of the first and only signs in; if all its ports are in use, it adds a redirect URI, or
registers another client if this one has the ten that the service allows. It never changes a client that
setup did not register, such as that of 'login --client-id': then, or with another --name, it registers a
new one and leaves the old one as it is.

With --web, registers an application that other people sign in to, and writes .env.local for the official
SDK: client id, secret, scopes, URL and redirect URI. The rest of the file is kept. A second run finds the
app named in the file.
)";

void declare(OptionDeclarer& declarer, SetupOptions& options) {
  declarer.value("--name", options.name, "NAME",
                 "Name of the client (default: chutes-login, your user name and a random suffix)");
  declarer.list("--scope", options.scope, "SCOPE",
                "Scope to register and request (repeatable; default: openid profile chutes:invoke)");
  declare_admin_key(declarer, options.key);
  declarer.flag("--keep-api-key", options.keep_api_key, "Store the admin API key for later commands");
  declarer.flag("--no-browser", options.no_browser, "Print the URL to open instead of starting a browser");
  declare_web_setup(declarer, options.web);
}

bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.';
}

// Unique across all accounts, as the service requires, and recognizable for its owner.
std::string usual_name(Context& context) {
  constexpr std::size_t longest_user = 32;
  std::string user;
  for (const char c : context.platform.environment.find("USER").value_or("").substr(0, longest_user))
    if (is_name_character(c))
      user += c;
  std::array<std::byte, 3> bytes{};
  context.platform.random.fill(bytes);
  std::string name = "chutes-login" + (user.empty() ? "" : " " + user) + " ";
  constexpr const char* digits = "0123456789abcdef";
  for (const auto byte : bytes) {
    name += digits[std::to_integer<unsigned>(byte) >> 4U];
    name += digits[std::to_integer<unsigned>(byte) & 15U];
  }
  return name;
}

std::vector<std::string> texts(const std::vector<oauth::RedirectUri>& uris) {
  std::vector<std::string> result;
  result.reserve(uris.size());
  for (const auto& uri : uris)
    result.push_back(uri.text);
  return result;
}

// The service returns the secret only once: no signal interrupts storing it, and a client whose secret cannot
// be stored is deleted again.
session::ClientRegistration register_client(const SetupOptions& options, const oauth::Scope& scope,
                                            const service::Registration& service, Context& context) {
  auto vault = context.vault();
  context.platform.keychain.prepare({vault.profile(), vault.issuer(), "client"});
  const auto uris = session::new_redirect_uris(context.platform.loopback, context.platform.random);
  const auto name = options.name ? *options.name : usual_name(context);
  const service::AppFields wanted{.name = name,
                                  .redirect_uris = texts(uris),
                                  .description = "Sign in from the terminal",
                                  .is_public = false,
                                  .scopes = scope};
  const SignalsHeld held{context.platform.signals,
                         "warning: ended while the client was being registered; if 'app list' shows it, its "
                         "secret is lost: delete it with 'app delete'"};
  const auto created = service.create(wanted);
  session::ClientRegistration client{created.app.client_id, created.client_secret, uris};
  client.made_by_setup = true;
  try {
    vault.keep(client);
  } catch (const Error&) {
    service.remove(created.app.app_id);
    throw;
  }
  context.notice("Registered the client '" + one_line(name, 64) + "' (" + client.client_id + ").");
  return client;
}

// Every registered port is in use: adds a redirect URI with another one. Returns false if the client has as
// many as the service allows.
bool add_redirect_uri(session::ClientRegistration& client, const service::App& app,
                      const service::Registration& service, Context& context) {
  constexpr std::size_t most = 10;
  auto uris = app.redirect_uris; // a change replaces the whole list
  if (uris.size() >= most)
    return false;
  const auto added = session::new_redirect_uris(context.platform.loopback, context.platform.random).back();
  uris.push_back(added.text);
  static_cast<void>(service.update(app.app_id, {.redirect_uris = uris}));
  client.redirect_uris.push_back(added);
  context.vault().keep(client);
  context.notice("All registered ports are in use; registered " + added.text + " as well.");
  return true;
}

// Keeps the secret of the client that the profile has used so far, whose record a new client takes over.
void set_aside(const session::ClientRegistration& client, const std::string& why, Context& context) {
  const auto id = one_line(client.client_id, 100);
  std::string command = "login --client-id " + id;
  if (context.options.profile)
    command += " --profile " + context.profile();
  for (const auto& uri : client.redirect_uris)
    command += " --redirect-uri " + uri.text;
  if (client.client_secret)
    context.vault().keep_client_secret(client.client_id, *client.client_secret);
  context.notice(
      "The client " + id + ", which this profile has used so far, " + why +
      ". It is left as it is, and a new client is registered. To sign in with the old one again, run '" +
      context.program + " " + command + "'.");
}

// Returns the client of an earlier run, if it is still registered and is the one asked for.
std::optional<session::ClientRegistration>
earlier_client(const SetupOptions& options, const service::Registration& service, Context& context) {
  auto client = context.vault().find_readable_registration();
  if (!client)
    return std::nullopt;
  if (!client->made_by_setup) {
    set_aside(*client, "was not registered by setup", context);
    return std::nullopt;
  }
  const auto app = service.find(client->client_id);
  if (!app)
    return std::nullopt;
  if (options.name && *options.name != app->name) {
    set_aside(*client, "has another name", context);
    return std::nullopt;
  }
  if (app->active == false)
    throw Error{ErrorKind::not_authorized,
                "the client of an earlier setup, " + client->client_id +
                    ", is inactive: the service refuses to sign in with it",
                "activate it with '" + session::activation_command(client->client_id, context.profile()) +
                    "', then run setup again; or register another one with --name"};
  if (!session::any_can_listen(client->redirect_uris, context.platform.loopback) &&
      !add_redirect_uri(*client, *app, service, context)) {
    set_aside(*client, "can have no more redirect URIs, and all their ports are in use", context);
    return std::nullopt;
  }
  context.notice("The client of an earlier setup is still registered (" + client->client_id + ").");
  return client;
}

void set_up_web(const SetupOptions& options, Context& context) {
  if (options.no_browser || options.keep_api_key)
    throw Error{ErrorKind::usage, "--no-browser and --keep-api-key cannot be used with --web",
                "omit them; setup --web does not sign in"};
  set_up_web_application(options.web, options.name, choose_scope(options.scope, context), options.key,
                         context);
}

void run(const SetupOptions& options, Context& context) {
  require_valid(options.web);
  if (!context.server().is_chutes)
    throw Error{ErrorKind::usage, "setup can register clients at the Chutes service only",
                "register a native application with the issuer, with the redirect URI " +
                    session::redirect_uri_for(context.server().issuer).text +
                    ", then run: login --issuer URL --client-id ID"};
  if (options.web.wanted)
    return set_up_web(options, context);
  session::SignInOptions wanted;
  wanted.scope = choose_scope(options.scope, context);
  wanted.open_browser = !options.no_browser;
  check_scope(wanted.scope, true, context);
  const auto key = choose_admin_key(options.key, context);
  const service::Registration service{context.endpoints, key, context.platform.http};
  auto client = earlier_client(options, service, context);
  if (!client)
    client = register_client(options, wanted.scope, service, context);
  if (options.keep_api_key)
    context.vault().keep_api_key(key);
  sign_in_and_report(wanted, *client, context);
}

} // namespace

Command setup_command() {
  return command("setup", "Signing in and out", "Register a client of your own, once, and sign in", footer,
                 declare, run);
}

} // namespace chutes::cli
