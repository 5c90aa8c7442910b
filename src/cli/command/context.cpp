#include "cli/command/context.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "cli/cache/discovery_cache.hpp"
#include "cli/command/chosen_store.hpp"
#include "oauth/same_site.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_profile_name = 64;

std::string checked_profile(const std::optional<std::string>& given) {
  std::string name = given.value_or("default");
  const bool allowed = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
  });
  if (name.empty() || name.size() > longest_profile_name || !allowed)
    throw Error{ErrorKind::usage, "a profile name must be 1 to 64 letters, digits, '.', '_' or '-'",
                "choose another with --profile or CHUTES_PROFILE"};
  return name;
}

Url checked_issuer(const std::string& text) {
  const auto url = Url::parse(text);
  if (!url || !url->is_protected())
    throw Error{ErrorKind::usage, "the issuer is not an https URL",
                "for example --issuer https://idp.example.org"};
  return *url;
}

bool is_chutes_issuer(const std::string& issuer) {
  const auto host = checked_issuer(issuer).host;
  return host == Url::parse(oauth::chutes_issuer)->host || host == oauth::chutes_discovery_host;
}

} // namespace

void require_valid(const GlobalOptions& options) {
  static_cast<void>(checked_profile(options.profile));
  static_cast<void>(store_kind(options));
  if (options.issuer)
    static_cast<void>(checked_issuer(*options.issuer));
  constexpr long longest_timeout = 86400;
  if (options.timeout && (*options.timeout < 1 || *options.timeout > longest_timeout))
    throw Error{ErrorKind::usage, "--timeout must be between 1 and 86400 seconds",
                "for example --timeout 60"};
}

Context::Context(std::string program_name, GlobalOptions given, Platform& on)
    : platform(on),
      program(std::move(program_name)),
      options(std::move(given)),
      endpoints(service::Endpoints::from(on.environment)),
      store(store_kind(options)),
      m_profile(checked_profile(options.profile)) {
  m_issuer = options.issuer ? checked_issuer(*options.issuer).text() : endpoints.idp.text();
}

const oauth::ServerMetadata& Context::server() {
  if (!m_server)
    m_server = options.issuer ? known_server(checked_issuer(*options.issuer), Freshness::of_today, platform)
                              : oauth::chutes_server(endpoints.idp);
  return *m_server;
}

void Context::discover_server() {
  if (options.issuer)
    m_server = known_server(checked_issuer(*options.issuer), Freshness::of_now, platform);
}

session::Vault Context::vault() {
  return {platform.keychain, m_profile, m_issuer};
}

session::ApiKeyUse Context::api_key_use() const {
  if (options.issuer && !is_chutes_issuer(*options.issuer))
    return session::ApiKeyUse::issuer_named;
  return options.profile_named ? session::ApiKeyUse::profile_named : session::ApiKeyUse::allowed;
}

session::CallCredential Context::call_credential() {
  return session::choose_credential(vault(), platform.environment, api_key_use());
}

session::AccessTokens Context::access_tokens() {
  return access_tokens(api_key_use());
}

session::AccessTokens Context::access_tokens_to_hand_out() {
  return access_tokens(session::ApiKeyUse::handed_out);
}

session::AccessTokens Context::access_tokens(session::ApiKeyUse use) {
  session::AskSecret ask;
  if (!options.no_input)
    ask = [this](const std::string& prompt) { return platform.terminal.ask_secret(prompt); };
  return {vault(), [this] { return server(); }, std::move(ask), use, platform};
}

// The stored registration, whose secret the environment may update. One of another client in the environment
// may belong to another server, and only serves where nothing is stored.
std::optional<session::ClientRegistration> Context::client_at_issuer() {
  const auto stored = session::look_up([&] { return vault().find_registration(); });
  if (const auto* unreadable = std::get_if<session::Unreadable>(&stored))
    throw Error{unreadable->reason};
  auto given = session::registration_from(platform.environment);
  const auto* own = std::get_if<session::ClientRegistration>(&stored);
  if (own == nullptr || (given && given->client_id == own->client_id && given->client_secret))
    return given;
  return *own;
}

oauth::Introspection Context::introspect(const Secret& token) {
  const auto& endpoint = server().introspection_endpoint;
  if (!endpoint)
    throw Error{ErrorKind::service, "this authorization server has no introspection endpoint"};
  if (server().is_chutes)
    return oauth::introspect(*endpoint, token, platform.http);
  const auto client = client_at_issuer();
  const auto credentials = client ? std::optional{client->credentials(server())} : std::nullopt;
  return oauth::introspect(*endpoint, token, platform.http, credentials ? &*credentials : nullptr);
}

void Context::require_own_issuer(const Url& url) const {
  if (!options.issuer)
    return;
  const auto issuer = checked_issuer(*options.issuer).host;
  if (!oauth::same_site(url.host, issuer))
    throw Error{ErrorKind::usage, "a token of " + issuer + " must not be sent to " + url.host,
                "to use a session at Chutes, leave out --issuer and unset CHUTES_OIDC_ISSUER"};
}

void Context::pair(const session::AccessToken& token, const Url& url) {
  const bool is_key = token.source == session::CredentialSource::api_key;
  if (!is_key) // which is never chosen for another issuer
    require_own_issuer(url);
  use(used_credential(token, m_profile));
  if (is_key && !std::exchange(m_said_key_is_used, true))
    notice("note: using CHUTES_API_KEY: " + token.because);
}

Error Context::explained(const Error& error) const {
  return m_used ? with_credential_named(error, *m_used) : error;
}

HttpResponse Context::with_token(const Url& url, const std::function<HttpResponse(const Secret&)>& call) {
  platform.http.prepare(url);
  auto tokens = access_tokens();
  const auto token = tokens.obtain(std::nullopt);
  pair(token, url);
  constexpr int unauthorized = 401;
  auto response = call(token.value);
  if (response.status != unauthorized)
    return response;
  const auto next = tokens.replace(token);
  if (!next)
    return response;
  response = call(next->value);
  if (response.status == unauthorized && m_used) // a new token: its app may be inactive
    m_used->renewal += ", or find out with '" + session::command_for("status --check", m_profile) +
                       "' why even a new token is refused";
  return response;
}

void Context::notice(const std::string& line) {
  if (!options.quiet)
    platform.terminal.notice(line);
}

void Context::notice_lines(const std::string& lines) {
  if (!options.quiet)
    platform.terminal.notice(StyledText{}.add(lines));
}

bool Context::confirm(const std::string& question, const char* option) {
  const auto answer =
      options.no_input ? std::nullopt : platform.terminal.ask(question + " Type y to continue: ");
  if (!answer)
    throw Error{ErrorKind::usage, "cannot ask for confirmation: no terminal, or --no-input",
                std::string{"pass "} + option + " to continue without asking"};
  return is_yes(*answer);
}

void Context::result(const Json& json, const std::string& text) {
  if (!options.json)
    platform.terminal.print(text);
  else
    platform.terminal.print_json(
        (platform.terminal.output_is_terminal() ? json_pretty(json) : json_line(json)) + "\n");
}

bool is_yes(const std::string& answer) {
  return answer == "y" || answer == "Y" || answer == "yes";
}

bool wants_colour(const std::string& when, bool is_terminal, const Environment& environment) {
  if (when != "auto")
    return when == "always";
  if (environment.find("NO_COLOR"))
    return false;
  return environment.find("CLICOLOR_FORCE").value_or("0") != "0" ||
         (is_terminal && environment.find("TERM") != "dumb");
}

} // namespace chutes::cli
