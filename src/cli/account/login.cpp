// `login`: session/sign_in with its options, questions and report.
#include "base/error.hpp"
#include "cli/account/sign_in_dialogue.hpp"
#include "cli/command/admin_key.hpp"
#include "cli/command/chosen_store.hpp"
#include "cli/command/command.hpp"

namespace chutes::cli {
namespace {

constexpr const char* as_issuer_prefers = "auto";

struct LoginOptions {
  std::vector<std::string> scope;
  std::optional<long> port;
  bool no_browser = false;
  std::optional<std::string> wait;
  std::optional<std::string> client_id;
  bool client_secret_stdin = false;
  std::vector<std::string> redirect_uris;
  std::string client_auth = as_issuer_prefers;
  bool public_client = false;
  bool force = false;
};

constexpr const char* footer =
    R"(At another issuer (--issuer), the default scope is openid profile, and offline_access if the
issuer supports it; a plain OAuth server, which does not know openid, is left to choose. Register
a native application there with the redirect URI http://127.0.0.1/callback/HOST, where HOST is the
issuer's host name. If the issuer sends an ID token that is not valid, the sign-in fails and
nothing is stored.

Examples:
  chutes-login login
  chutes-login login --scope openid --scope profile --scope chutes:invoke
  printf %s "$SECRET" | chutes-login login --client-id cid_… --client-secret-stdin \
      --redirect-uri http://127.0.0.1:28417/callback
  chutes-login login --issuer https://idp.example.org --client-id my-cli
)";

void declare(OptionDeclarer& declarer, LoginOptions& options) {
  declarer.list("--scope", options.scope, "SCOPE",
                "Request this scope (repeatable; default: openid profile chutes:invoke)");
  declarer.whole("--port", options.port, "N", "Use only the registered redirect URI with this port");
  declarer.flag("--no-browser", options.no_browser, "Print the URL to open instead of opening a browser");
  declarer.value("--wait", options.wait, "TIME",
                 "Wait this long for the browser, such as 90s or 5m (default: 5m), and for a dialog of the "
                 "keychain (default: 2m)");
  declarer.value("--client-id", options.client_id, "ID",
                 "Sign in with this OAuth client (default: CHUTES_OAUTH_CLIENT_ID)");
  declarer.flag("--client-secret-stdin", options.client_secret_stdin,
                "Read the client secret from standard input");
  declarer.list("--redirect-uri", options.redirect_uris, "URI",
                "A redirect URI registered for the client (repeatable; default at other issuers: "
                "http://127.0.0.1/callback/HOST on any port)");
  declarer.choice(
      "--client-auth", options.client_auth, {as_issuer_prefers, "basic", "post"},
      "How to send the client secret: basic or post, as registered (default: auto, what the issuer "
      "prefers)");
  declarer.flag("--public-client", options.public_client, "Sign in although the client has no secret");
  declarer.flag("--force", options.force, "Request the scopes even if the service is known to refuse them");
}

std::optional<oauth::ClientAuthMethod> client_auth_method(const LoginOptions& options) {
  if (options.client_auth == as_issuer_prefers)
    return std::nullopt;
  return options.client_auth == "post" ? oauth::ClientAuthMethod::client_secret_post
                                       : oauth::ClientAuthMethod::client_secret_basic;
}

// The client's secret as `app create`, or else an earlier sign-in or setup stored it.
std::optional<Secret> stored_secret(const std::string& client_id, Context& context) {
  if (auto secret = context.vault().find_client_secret(client_id))
    return secret;
  auto registration = context.vault().registration_of(client_id);
  return registration ? std::move(registration->client_secret) : std::nullopt;
}

// Where none are given: all those that the profile has stored for the same client, which may be on ports of
// its own.
session::ClientRegistration with_stored_uris(session::ClientRegistration client, Context& context) {
  if (client.redirect_uris.empty())
    if (auto stored = context.vault().registration_of(client.client_id))
      client.redirect_uris = std::move(stored->redirect_uris);
  return client;
}

// The client of the options, else of the environment, else the one that an earlier login or setup stored,
// else the one built in by a packager.
session::ClientRegistration choose_client(const LoginOptions& options, Context& context) {
  if (options.client_id) {
    session::ClientRegistration client{credential_in(*options.client_id, "--client-id").reveal(),
                                       std::nullopt,
                                       {},
                                       client_auth_method(options)};
    if (options.client_secret_stdin)
      client.client_secret = secret_from_input("--client-secret-stdin", context.platform.terminal);
    else if (!options.public_client)
      client.client_secret = stored_secret(client.client_id, context);
    for (const auto& uri : options.redirect_uris)
      for (auto& parsed : session::parse_redirect_uris(uri, "--redirect-uri"))
        client.redirect_uris.push_back(std::move(parsed));
    return with_stored_uris(std::move(client), context);
  }
  if (options.client_secret_stdin || !options.redirect_uris.empty() || client_auth_method(options))
    throw Error{ErrorKind::usage,
                "--client-secret-stdin, --redirect-uri and --client-auth require --client-id",
                "add --client-id"};
  if (auto client = session::registration_from(context.platform.environment))
    return with_stored_uris(std::move(*client), context);
  if (auto client = context.vault().find_registration())
    return *client;
#ifdef CHUTES_DEFAULT_CLIENT_ID
  return {CHUTES_DEFAULT_CLIENT_ID, std::nullopt, {}};
#else
  throw Error{
      ErrorKind::usage, "no OAuth client is configured",
      "register one with 'chutes-login setup', or set CHUTES_OAUTH_CLIENT_ID and CHUTES_OAUTH_CLIENT_SECRET"};
#endif
}

session::SignInOptions sign_in_options(const LoginOptions& options) {
  session::SignInOptions result;
  result.open_browser = !options.no_browser;
  result.public_client = options.public_client;
  if (options.wait)
    result.timeout = parse_duration(*options.wait, "--wait");
  if (options.port) {
    if (*options.port < 1 || *options.port > 65535)
      throw Error{ErrorKind::usage, "--port must be between 1 and 65535",
                  "choose the port of a registered redirect URI"};
    result.port = static_cast<std::uint16_t>(*options.port);
  }
  return result;
}

void run(const LoginOptions& options, Context& context) {
  auto wanted = sign_in_options(options);
  if (options.wait)
    allow_dialogs(context.platform.keychain, wanted.timeout, context.options, context.platform);
  const auto client = choose_client(options, context);
  context.discover_server();
  wanted.scope = choose_scope(options.scope, context);
  if (!options.force)
    check_scope(wanted.scope, false, context);
  sign_in_and_report(wanted, client, context);
}

} // namespace

Command login_command() {
  return command("login", "Signing in and out", "Sign in with your Chutes account in the browser", footer,
                 declare, run);
}

} // namespace chutes::cli
