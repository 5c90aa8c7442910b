// `login`: the flow of session/sign_in with the words, questions and reports that belong to it.
#include "base/error.hpp"
#include "cli/account/sign_in_dialogue.hpp"
#include "cli/command/admin_key.hpp"
#include "cli/command/command.hpp"
#include "cli/command/duration_option.hpp"

namespace chutes::cli {
namespace {

constexpr const char* as_server_says = "auto";

struct LoginOptions {
  std::vector<std::string> scope;
  std::optional<long> port;
  bool no_browser = false;
  std::optional<std::string> wait;
  std::optional<std::string> client_id;
  bool client_secret_stdin = false;
  std::vector<std::string> redirect_uris;
  std::string client_auth = as_server_says;
  bool public_client = false;
  bool force = false;
};

constexpr const char* footer =
    R"(At another issuer (--issuer), the scope asked for by default is openid profile, and
offline_access where the issuer knows it. Register http://127.0.0.1/callback/HOST there, HOST
being the issuer's, for a native application. An ID token that comes back must be good in
every point, or nothing is kept.

Examples:
  chutes-login login
  chutes-login login --scope openid --scope profile --scope chutes:invoke
  printf %s "$SECRET" | chutes-login login --client-id cid_… --client-secret-stdin \
      --redirect-uri http://127.0.0.1:28417/callback
  chutes-login login --issuer https://idp.example.org --client-id my-cli
)";

void declare(OptionDeclarer& declarer, LoginOptions& options) {
  declarer.list("--scope", options.scope, "SCOPE",
                "Ask for this scope (repeatable; default: openid profile chutes:invoke)");
  declarer.whole("--port", options.port, "N", "Use only the registered redirect URI with this port");
  declarer.flag("--no-browser", options.no_browser,
                "Print the address to open instead of starting a browser");
  declarer.value("--wait", options.wait, "TIME",
                 "How long to wait for the browser, as 90s or 5m (default: 5m)");
  declarer.value("--client-id", options.client_id, "ID",
                 "The OAuth client to sign in as (default: CHUTES_OAUTH_CLIENT_ID)");
  declarer.flag("--client-secret-stdin", options.client_secret_stdin,
                "Read that client's secret from standard input");
  declarer.list("--redirect-uri", options.redirect_uris, "URI",
                "A redirect URI that client registered (repeatable; default at other issuers: "
                "http://127.0.0.1/callback/HOST on any port)");
  declarer.choice(
      "--client-auth", options.client_auth, {as_server_says, "basic", "post"},
      "How that client's secret is sent: basic or post, as it was registered (default: auto, what the "
      "issuer prefers)");
  declarer.flag("--public-client", options.public_client, "Go on although the client has no secret");
  declarer.flag("--force", options.force, "Ask even for scopes the service is known to refuse");
}

std::optional<oauth::ClientAuthMethod> client_auth_method(const LoginOptions& options) {
  if (options.client_auth == as_server_says)
    return std::nullopt;
  return options.client_auth == "post" ? oauth::ClientAuthMethod::client_secret_post
                                       : oauth::ClientAuthMethod::client_secret_basic;
}

// Options, else the environment, else what an earlier login or setup left in the keychain, else what a
// packager built in.
session::ClientRegistration choose_client(const LoginOptions& options, Context& context) {
  if (options.client_id) {
    session::ClientRegistration client{*options.client_id, std::nullopt, {}, client_auth_method(options)};
    if (options.client_secret_stdin)
      client.client_secret = secret_from_input("--client-secret-stdin", context.platform.terminal);
    else if (!options.public_client)
      client.client_secret = context.vault().find_client_secret(*options.client_id); // of `app create`
    for (const auto& uri : options.redirect_uris)
      for (auto& parsed : session::parse_redirect_uris(uri, "--redirect-uri"))
        client.redirect_uris.push_back(std::move(parsed));
    return client;
  }
  if (options.client_secret_stdin || !options.redirect_uris.empty() || client_auth_method(options))
    throw Error{ErrorKind::usage,
                "--client-secret-stdin, --redirect-uri and --client-auth belong to --client-id",
                "give --client-id too"};
  if (auto client = session::registration_from(context.platform.environment))
    return *client;
  if (auto client = context.vault().find_registration())
    return *client;
#ifdef CHUTES_DEFAULT_CLIENT_ID
  return {CHUTES_DEFAULT_CLIENT_ID, std::nullopt, {}};
#else
  throw Error{
      ErrorKind::usage, "there is no OAuth client to sign in with",
      "'chutes-login setup' registers one; or set CHUTES_OAUTH_CLIENT_ID and CHUTES_OAUTH_CLIENT_SECRET"};
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
      throw Error{ErrorKind::usage, "--port wants a number from 1 to 65535", "one of the registered ports"};
    result.port = static_cast<std::uint16_t>(*options.port);
  }
  return result;
}

void run(const LoginOptions& options, Context& context) {
  auto wanted = sign_in_options(options);
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
