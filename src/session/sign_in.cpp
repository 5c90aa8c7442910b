#include "session/sign_in.hpp"

#include "base/error.hpp"
#include "oauth/authorization_request.hpp"
#include "oauth/redirection/pasted_response.hpp"
#include "oauth/redirection/redirection_endpoint.hpp"
#include "oauth/token_endpoint.hpp"
#include "session/call_credential.hpp"
#include "session/identity.hpp"
#include "session/sign_out.hpp"

#include <utility>

namespace chutes::session {
namespace {

void require_client_secret(const SignInOptions& options, const ClientRegistration& client,
                           const oauth::ServerMetadata& server) {
  if (server.is_chutes && !client.client_secret && !options.public_client)
    throw Error{ErrorKind::usage,
                "the client " + client.client_id +
                    " has no client secret, and the service requires one for every token request",
                "set CHUTES_OAUTH_CLIENT_SECRET or use --client-secret-stdin; --public-client continues "
                "without one"};
}

std::vector<oauth::RedirectUri> candidates(const ClientRegistration& client,
                                           const oauth::ServerMetadata& server,
                                           const std::optional<std::uint16_t>& port) {
  auto uris = client.redirect_uris;
  if (uris.empty() && server.is_chutes)
    uris = default_redirect_uris();
  else if (uris.empty())
    uris.push_back(redirect_uri_for(server.issuer));
  if (!port)
    return uris;
  std::erase_if(uris,
                [&](const oauth::RedirectUri& uri) { return !uri.any_port() && uri.url.port != *port; });
  if (uris.empty())
    throw Error{ErrorKind::usage, "no registered redirect URI has port " + std::to_string(*port),
                "omit --port to use the first free registered port"};
  return uris;
}

// What a hint adds about requests and connections that were not the awaited response; empty if there were
// none.
std::string about_unrelated_traffic(const oauth::RedirectionEndpoint& redirection) {
  const auto counted = [](int count, const char* noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
  };
  if (const auto count = redirection.rejected_connections(); count > 0)
    return "; rejected " + counted(count, "connection") +
           " from other users of this machine: if that was your browser, set CHUTES_LOOPBACK_ANY_USER=1";
  if (const auto count = redirection.unrelated_requests(); count > 0)
    return "; received " + counted(count, "unrelated request");
  return {};
}

// The code may be another server's, and must not be sent to this one.
Error mixed_up(const oauth::ForeignResponse& response, const std::string& issuer) {
  return {ErrorKind::not_authorized,
          response.issuer.empty()
              ? "the response does not name its issuer, although " + issuer + " promises to"
              : "the response came from another issuer, " + response.issuer + ", and not from " + issuer,
          "sign in again; if that does not help, report it to the server's operator; nothing was stored"};
}

Secret code_of(const oauth::AuthorizationResponse& response, const std::string& issuer) {
  if (const auto* code = std::get_if<oauth::AuthorizationCode>(&response))
    return code->code;
  if (const auto* foreign = std::get_if<oauth::ForeignResponse>(&response))
    throw mixed_up(*foreign, issuer);
  const auto& error = std::get<oauth::AuthorizationError>(response);
  if (error.error == "access_denied")
    throw Error{ErrorKind::not_authorized, "the sign-in was declined in the browser",
                "run it again and press Allow"};
  const std::string detail =
      error.description.empty() ? error.error : error.error + " (" + error.description + ")";
  if (error.error == "invalid_scope")
    throw Error{ErrorKind::not_authorized, "the service does not grant the requested scope: " + detail,
                "request less with --scope; 'openid profile chutes:invoke' can always be granted"};
  throw Error{ErrorKind::not_authorized, "the service refused the sign-in: " + detail, "try again"};
}

Error with_status(const oauth::TokenRefusal& refusal, Error error) {
  error.with_status(refusal.status);
  return error;
}

// The exchange failed after the code had been sent, and a code can be used only once.
Error code_spent(const Error& error) {
  Error explained{error.kind(), std::string{error.what()} + "; the authorization code is used up",
                  "sign in again"};
  if (const auto status = error.status())
    explained.with_status(*status);
  return explained;
}

Error client_refused(const ClientRegistration& client, const Environment& environment) {
  if (!client.client_secret)
    return {ErrorKind::usage,
            "the service does not accept the client id " + client.client_id + " without a client secret",
            "check the client id, and give its secret with CHUTES_OAUTH_CLIENT_SECRET or "
            "--client-secret-stdin; then sign in again: the authorization code cannot be used twice"};
  return {ErrorKind::usage,
          "the service does not accept the client id " + client.client_id + " with the client secret" +
              secret_source(client, environment),
          "check both (at another issuer, --client-auth too), then sign in again; the authorization code "
          "cannot be used twice"};
}

oauth::TokenResponse tokens_of(oauth::TokenAnswer answer, const ClientRegistration& client,
                               const Environment& environment) {
  if (auto* tokens = std::get_if<oauth::TokenResponse>(&answer))
    return std::move(*tokens);
  const auto& refusal = std::get<oauth::TokenRefusal>(answer);
  if (refusal.error == "invalid_client")
    throw with_status(refusal, client_refused(client, environment));
  if (refusal.error == "invalid_grant")
    throw with_status(
        refusal, {ErrorKind::not_authorized, "the authorization code is no longer valid", "sign in again"});
  throw with_status(
      refusal,
      {ErrorKind::service, "the service refused the authorization code: " + refusal.error, "sign in again"});
}

constexpr const char* ended_during_exchange =
    "warning: ended while the sign-in was being completed; tokens that were not stored yet are lost: "
    "'chutes-login status' says whether you are signed in";

// One sign-in from the browser to the stored session. It listens for the response as long as it lives.
class SignIn {
public:
  SignIn(const SignInOptions& options, const ClientRegistration& client, const oauth::ServerMetadata& server,
         Vault& vault, SignInGuide& guide, Platform& platform)
      : m_options(options),
        m_client(client),
        m_server(server),
        m_vault(vault),
        m_guide(guide),
        m_platform(platform),
        m_identity(options.scope, server, platform),
        m_verifier(oauth::CodeVerifier::generate(platform.random)),
        m_state(oauth::State::generate(platform.random)),
        m_issuer{server.issuer, server.iss_parameter_supported},
        m_redirection(oauth::RedirectionEndpoint::open(candidates(client, server, options.port),
                                                       !server.is_chutes, platform.loopback, platform.random,
                                                       platform.clock)) {}

  SignedIn run() {
    invite();
    const auto response = await_response();
    try {
      return complete(code_of(response, m_server.issuer));
    } catch (const Error& error) {
      m_redirection.finish(page_about(error, response));
      throw;
    }
  }

private:
  void invite() {
    const Url authorization_url = authorization_request().url(m_server.authorization_endpoint);
    m_redirection.redirect_start_to(authorization_url);
    const Url start = m_redirection.start_url();
    const bool opened = m_options.open_browser && m_platform.browser.open(start);
    m_paste_input = m_options.accept_paste ? m_platform.terminal.hidden_input() : nullptr;
    m_invitation = {start, authorization_url, opened, m_paste_input != nullptr};
    m_guide.invite(m_invitation);
  }

  [[nodiscard]] oauth::AuthorizationRequest authorization_request() const {
    return {
        .client_id = m_client.client_id,
        .redirect_uri = m_redirection.redirect_uri(),
        .scope = m_options.scope,
        .state = m_state,
        .code_challenge = m_verifier.challenge(),
        .nonce = m_identity.nonce(),
        .ask_consent = !m_server.is_chutes && oauth::contains(m_options.scope, "offline_access"),
    };
  }

  // The first response, by the browser or pasted on the terminal. Waits in short steps, so that the person
  // sees the time left.
  oauth::AuthorizationResponse await_response() {
    constexpr std::chrono::milliseconds step{200};
    auto& clock = m_platform.clock;
    const auto invited_at = clock.steady();
    const auto deadline = invited_at + m_options.timeout;
    while (clock.steady() < deadline) {
      m_guide.waiting(std::chrono::ceil<std::chrono::seconds>(deadline - clock.steady()));
      auto response =
          m_redirection.await_response(m_state, m_issuer, std::min(deadline, clock.steady() + step));
      report_other_users();
      report_no_visit(invited_at);
      if (!response)
        response = pasted_response();
      if (!response)
        report_delay(invited_at);
      if (response) {
        m_guide.answered();
        m_paste_input.reset(); // restores echo
        return std::move(*response);
      }
    }
    m_guide.answered();
    throw timed_out();
  }

  void report_other_users() {
    if (m_redirection.rejected_connections() > 0 && !std::exchange(m_reported_other_users, true))
      m_guide.other_user();
  }

  // Asks only then: who signs in at once is not kept waiting.
  void report_delay(SteadyInstant invited_at) {
    const std::chrono::milliseconds patience =
        std::min<std::chrono::milliseconds>(std::chrono::seconds{3}, m_options.timeout / 2);
    if (m_platform.clock.steady() >= invited_at + patience && !std::exchange(m_reported_delay, true))
      m_advice = m_guide.delayed(m_invitation);
  }

  // A program that opens browsers may succeed without showing one.
  void report_no_visit(SteadyInstant invited_at) {
    constexpr std::chrono::seconds patience{5};
    if (m_invitation.opened && !m_redirection.start_visited() &&
        m_platform.clock.steady() >= invited_at + patience && !std::exchange(m_reported_no_visit, true))
      m_guide.unvisited(m_invitation);
  }

  std::optional<oauth::AuthorizationResponse> pasted_response() {
    const auto line = m_paste_input ? m_paste_input->next() : std::nullopt;
    if (!line)
      return std::nullopt;
    auto read = oauth::read_pasted_response(line->reveal(), m_redirection.redirect_uri(), m_state, m_issuer);
    if (auto* response = std::get_if<oauth::AuthorizationResponse>(&read))
      return std::move(*response);
    m_guide.bad_paste(std::get<oauth::BadPaste>(read).reason);
    return std::nullopt;
  }

  [[nodiscard]] Error timed_out() const {
    return {ErrorKind::not_authorized,
            "no response from the browser within " + duration_text(m_options.timeout),
            (m_advice.empty() ? about_error_pages() : m_advice) + about_unrelated_traffic(m_redirection)};
  }

  [[nodiscard]] std::string about_error_pages() const {
    return "if the browser shows an error page: 'invalid_redirect_uri' means " +
           m_redirection.redirect_uri() + " is not registered, 'invalid_client' that the client id is wrong" +
           about_inactive_app() + "; otherwise try again with --no-browser";
  }

  [[nodiscard]] std::string about_inactive_app() const {
    return m_server.is_chutes ? " or that its app is inactive (activate it with '" +
                                    activation_command(m_client.client_id, m_vault.profile()) + "')"
                              : "";
  }

  // From the code to a stored session, under the lock that refreshes take. The session that was there before
  // is revoked once the new one is stored.
  SignedIn complete(const Secret& code) {
    require_one_response(code);
    auto lock = m_vault.lock(m_platform.lock);
    auto replaced = m_vault.find_readable_session();
    std::optional<SignalsHeld> held{std::in_place, m_platform.signals, ended_during_exchange};
    auto credentials = redeem(code);
    if (is_other_account(replaced, credentials)) {
      held.reset();
      lock.reset(); // so that the question keeps no other process waiting
      lock = confirm_other_account(*replaced, credentials);
      replaced = m_vault.find_readable_session();
      held.emplace(m_platform.signals, ended_during_exchange);
    }
    const auto replaced_client = replaced
                                     ? revoking_client(*replaced, m_server, m_vault, m_platform.environment)
                                     : m_client.credentials(m_server);
    keep(credentials, replaced);
    held.reset();
    m_redirection.finish(oauth::CallbackPage::signed_in(credentials.username, m_vault.profile()));
    const bool revoked =
        !replaced || revoke_tokens(*replaced, m_server, replaced_client, m_platform.http).complete();
    const bool chosen = !m_options.scope.empty(); // else the server's default is what was requested
    return {credentials, oauth::missing_from(m_options.scope, credentials.scope),
            chosen ? oauth::missing_from(credentials.scope, m_options.scope) : oauth::Scope{}, !revoked};
  }

  // Whether the new tokens may be another account's than the stored session. Where there is one, asks whose
  // they are before they take its place.
  bool is_other_account(const std::optional<Credentials>& stored, Credentials& fresh) {
    if (!stored || stored->sub.empty())
      return false;
    m_identity.fetch(fresh);
    return fresh.sub != stored->sub; // also if the server does not say
  }

  // Returns the lock, acquired once the person lets the new tokens replace the stored session; else revokes
  // them and throws.
  std::unique_ptr<HeldLock> confirm_other_account(const Credentials& stored, const Credentials& fresh) {
    try {
      if (m_guide.other_account(stored, fresh))
        return m_vault.lock(m_platform.lock);
      throw Error{ErrorKind::not_authorized,
                  "not signed in: profile '" + m_vault.profile() + "' keeps the session of its own account",
                  "sign in to another profile with --profile NAME"};
    } catch (const Error& error) {
      const auto discarded = discard(fresh, m_client.credentials(m_server));
      if (discarded.revoked)
        throw;
      throw with_fate(error, discarded);
    }
  }

  // Throws if a second, different code has come with our state: then someone else has seen the state, and the
  // first code may not be the one that the browser was given.
  void require_one_response(const Secret& code) {
    if (m_redirection.answered_otherwise(code, m_state, m_issuer))
      throw Error{ErrorKind::not_authorized,
                  "received two different responses to this sign-in: someone else has seen what was sent to "
                  "the browser",
                  "find out what reads the browser's addresses, then sign in again; nothing was stored"};
  }

  // Exchanges the code. The caller holds signals back: the code is used up, and until they are stored the
  // tokens exist only here. Tokens that cannot be trusted are revoked.
  Credentials redeem(const Secret& code) {
    const auto client_credentials = m_client.credentials(m_server);
    oauth::TokenEndpoint endpoint{m_server.token_endpoint, client_credentials, m_platform.http};
    const auto requested_at = m_platform.clock.now();
    const auto tokens = tokens_of(exchange(code, endpoint), m_client, m_platform.environment);
    auto credentials = Credentials::issued(tokens, m_options.scope, requested_at);
    credentials.issuer = m_vault.issuer();
    credentials.client_id = m_client.client_id;
    try {
      require_one_response(code);
      m_identity.verify(credentials, tokens);
    } catch (const Error& error) {
      const auto discarded = discard(credentials, client_credentials);
      if (discarded.revoked)
        throw;
      throw with_fate(error, discarded);
    }
    return credentials;
  }

  // Stores the tokens; revokes those that cannot be stored.
  void keep(Credentials& credentials, const std::optional<Credentials>& replaced) {
    const auto replaced_client = replaced ? m_vault.find_readable_registration() : std::nullopt;
    try {
      store(credentials);
    } catch (const Error& error) {
      const auto discarded = discard(credentials, m_client.credentials(m_server));
      put_back(replaced, replaced_client, credentials);
      throw with_fate(error, discarded);
    }
  }

  oauth::TokenAnswer exchange(const Secret& code, oauth::TokenEndpoint& endpoint) {
    try {
      return endpoint.exchange(code, m_verifier, m_redirection.redirect_uri());
    } catch (const Error& error) {
      if (error.nothing_sent() || (error.kind() != ErrorKind::network && error.kind() != ErrorKind::service))
        throw;
      throw code_spent(error);
    }
  }

  // Stores the tokens before it asks whose they are, unless that is known.
  void store(Credentials& credentials) {
    m_vault.keep(credentials);
    m_vault.keep(m_client);
    if (!credentials.sub.empty())
      return;
    m_identity.fetch(credentials);
    m_vault.keep(credentials);
  }

  [[nodiscard]] Discarded discard(const Credentials& credentials,
                                  const oauth::ClientCredentials& client) const {
    return discard_tokens(credentials, m_server, client, m_platform.http, m_platform.clock.now());
  }

  // The same failure, with what became of the tokens. A signal's is not reported, so that is said here.
  [[nodiscard]] Error with_fate(const Error& error, const Discarded& discarded) const {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated) {
      m_platform.terminal.notice("Nothing was stored; " + discarded.fate + ".");
      return error;
    }
    std::string message = error.what();
    message.append("; ").append(discarded.fate);
    return {error.kind(), message,
            discarded.revoked ? error.hint()
                              : "revoke the application's grant at the service; then " + error.hint()};
  }

  // Leaves no revoked tokens in the store, if it can be written at all; the session that was there before is
  // still good.
  void put_back(const std::optional<Credentials>& replaced,
                const std::optional<ClientRegistration>& replaced_client, const Credentials& revoked) {
    try {
      const auto stored = m_vault.find_readable_session();
      if (!stored || !(stored->access_token == revoked.access_token))
        return;
      if (replaced_client)
        m_vault.keep(*replaced_client);
      if (replaced)
        m_vault.keep(*replaced);
      else
        static_cast<void>(m_vault.remove_session());
    } catch (const Error&) { // the next command finds out that they are revoked
    }
  }

  [[nodiscard]] static oauth::CallbackPage page_about(const Error& error,
                                                      const oauth::AuthorizationResponse& response) {
    const bool declined = error.kind() == ErrorKind::not_authorized &&
                          std::holds_alternative<oauth::AuthorizationError>(response);
    return declined ? oauth::CallbackPage::declined(error.what(), error.hint())
                    : oauth::CallbackPage::failed(error.what(), error.hint());
  }

  const SignInOptions& m_options;
  const ClientRegistration& m_client;
  const oauth::ServerMetadata& m_server;
  Vault& m_vault;
  SignInGuide& m_guide;
  Platform& m_platform;

  Identity m_identity;
  oauth::CodeVerifier m_verifier;
  oauth::State m_state;
  oauth::IssuerPolicy m_issuer;
  oauth::RedirectionEndpoint m_redirection;
  std::unique_ptr<HiddenInput> m_paste_input; // null: nothing can be pasted
  Invitation m_invitation;
  std::string m_advice; // of the guide
  bool m_reported_other_users = false;
  bool m_reported_no_visit = false;
  bool m_reported_delay = false;
};

} // namespace

SignedIn sign_in(const SignInOptions& options, const ClientRegistration& client,
                 const oauth::ServerMetadata& server, Vault& vault, SignInGuide& guide, Platform& platform) {
  require_client_secret(options, client, server);
  platform.keychain.prepare({vault.profile(), vault.issuer(), "session"});
  return SignIn{options, client, server, vault, guide, platform}.run();
}

} // namespace chutes::session
