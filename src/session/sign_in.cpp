#include "session/sign_in.hpp"

#include "base/error.hpp"
#include "oauth/authorization_request.hpp"
#include "oauth/redirection/pasted_response.hpp"
#include "oauth/redirection/redirection_endpoint.hpp"
#include "oauth/token_endpoint.hpp"
#include "session/identity.hpp"
#include "session/session_lock.hpp"
#include "session/sign_out.hpp"

#include <utility>

namespace chutes::session {
namespace {

void require_client_secret(const SignInOptions& options, const ClientRegistration& client,
                           const oauth::ServerMetadata& server) {
  if (server.is_chutes && !client.client_secret && !options.public_client)
    throw Error{ErrorKind::usage,
                "the client " + client.client_id +
                    " has no client secret, and the service wants one at every exchange",
                "set CHUTES_OAUTH_CLIENT_SECRET, or give it with --client-secret-stdin; --public-client goes "
                "on without"};
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
                "leave --port out to use the first free registered one"};
  return uris;
}

// The answer by the terminal, if somebody has pasted it there.
std::optional<oauth::AuthorizationResponse>
pasted_response(HiddenInput& typed, const oauth::RedirectionEndpoint& redirection, const oauth::State& state,
                const oauth::IssuerPolicy& issuer, SignInGuide& guide) {
  const auto line = typed.next();
  if (!line)
    return std::nullopt;
  auto read = oauth::read_pasted_response(line->reveal(), redirection.redirect_uri(), state, issuer);
  if (auto* response = std::get_if<oauth::AuthorizationResponse>(&read))
    return std::move(*response);
  guide.bad_paste(std::get<oauth::BadPaste>(read).reason);
  return std::nullopt;
}

// What an answer that never came may have to do with who did come; empty if nobody did.
std::string about_others(const oauth::RedirectionEndpoint& redirection) {
  const auto counted = [](int count, const char* one, const char* many) {
    return "; " + (count == 1 ? std::string{one} : std::to_string(count) + many);
  };
  if (const auto count = redirection.rejected_connections(); count > 0)
    return counted(count, "a connection of another user of this machine was turned away",
                   " connections of other users of this machine were turned away") +
           ": if that was your browser, set CHUTES_LOOPBACK_ANY_USER=1";
  if (const auto count = redirection.strangers(); count > 0)
    return counted(count, "a request came that was not the answer",
                   " requests came that were not the answer");
  return {};
}

// Waits at both doors in short steps, so that the person sees the time left. `typed` may be null.
oauth::AuthorizationResponse await_response(oauth::RedirectionEndpoint& redirection, HiddenInput* typed,
                                            const oauth::State& state, const oauth::IssuerPolicy& issuer,
                                            const SignInOptions& options, SignInGuide& guide,
                                            Platform& platform) {
  constexpr std::chrono::milliseconds step{200};
  const auto deadline = platform.clock.steady() + options.patience;
  bool told_of_others = false;
  while (platform.clock.steady() < deadline) {
    guide.waiting(std::chrono::ceil<std::chrono::seconds>(deadline - platform.clock.steady()));
    auto response =
        redirection.await_response(state, issuer, std::min(deadline, platform.clock.steady() + step));
    if (redirection.rejected_connections() > 0 && !std::exchange(told_of_others, true))
      guide.other_user();
    if (!response && typed != nullptr)
      response = pasted_response(*typed, redirection, state, issuer, guide);
    if (response) {
      guide.answered();
      return std::move(*response);
    }
  }
  guide.answered();
  throw Error{
      ErrorKind::not_authorized, "nobody answered in the browser within " + duration_text(options.patience),
      "if the browser shows an error page: 'invalid_redirect_uri' means " + redirection.redirect_uri() +
          " is not registered, 'invalid_client' that the client id is wrong; else try again with "
          "--no-browser" +
          about_others(redirection)};
}

// Ends the sign-in if a second, different code has come with our state: somebody else has seen the state, and
// the first code need not be the one that our browser was given.
void require_one_answer(oauth::RedirectionEndpoint& redirection, const Secret& code,
                        const oauth::State& state, const oauth::IssuerPolicy& issuer) {
  if (redirection.answered_otherwise(code, state, issuer))
    throw Error{
        ErrorKind::not_authorized,
        "two different answers came to this sign-in: somebody else knows what was sent to the browser",
        "nothing was stored; look for what reads the browser's addresses, then sign in again"};
}

Secret code_of(const oauth::AuthorizationResponse& response) {
  if (const auto* code = std::get_if<oauth::AuthorizationCode>(&response))
    return code->code;
  const auto& error = std::get<oauth::AuthorizationError>(response);
  if (error.error == "access_denied")
    throw Error{ErrorKind::not_authorized, "the sign-in was declined in the browser",
                "run it again and press Allow"};
  const std::string detail =
      error.description.empty() ? error.error : error.error + " (" + error.description + ")";
  if (error.error == "invalid_scope")
    throw Error{ErrorKind::not_authorized, "the service does not grant the requested scope: " + detail,
                "ask for less with --scope; 'openid profile chutes:invoke' can always be granted"};
  throw Error{ErrorKind::not_authorized, "the service refused the sign-in: " + detail, "try again"};
}

Error answered_with(const oauth::TokenRefusal& refusal, Error error) {
  error.with_status(refusal.status);
  return error;
}

oauth::TokenResponse tokens_of(oauth::TokenAnswer answer, const ClientRegistration& client) {
  if (auto* tokens = std::get_if<oauth::TokenResponse>(&answer))
    return std::move(*tokens);
  const auto& refusal = std::get<oauth::TokenRefusal>(answer);
  if (refusal.error == "invalid_client")
    throw answered_with(refusal, {ErrorKind::usage,
                                  "the service does not accept the client id " + client.client_id +
                                      " with this client secret",
                                  "check both, at another issuer --client-auth too, and sign in again; "
                                  "the authorization code is spent"});
  if (refusal.error == "invalid_grant")
    throw answered_with(
        refusal, {ErrorKind::not_authorized, "the authorization code is no longer valid", "sign in again"});
  throw answered_with(
      refusal,
      {ErrorKind::service, "the service refused the authorization code: " + refusal.error, "sign in again"});
}

// From the code to a kept session. Signals are held: the code is spent by now, and the tokens exist only
// here.
Credentials redeem(const Secret& code, const oauth::CodeVerifier& verifier,
                   const oauth::AuthorizationRequest& request, const ClientRegistration& client,
                   const oauth::ServerMetadata& server, oauth::RedirectionEndpoint& redirection,
                   const oauth::IssuerPolicy& issuer, Identity& identity, Vault& vault, Platform& platform) {
  const SignalsHeld held{platform.signals};
  const auto client_credentials = client.credentials(server);
  oauth::TokenEndpoint endpoint{server.token_endpoint, client_credentials, platform.http};
  const auto asked_at = platform.clock.now();
  const auto tokens = tokens_of(endpoint.exchange(code, verifier, request.redirect_uri), client);
  auto credentials = Credentials::issued(tokens, request.scope, asked_at);
  credentials.issuer = vault.issuer();
  credentials.client_id = client.client_id;
  try {
    require_one_answer(redirection, code, request.state, issuer);
    identity.prove(credentials, tokens);
  } catch (const Error&) {
    static_cast<void>(revoke_tokens(credentials, server, client_credentials, platform.http));
    throw;
  }
  vault.keep(credentials);
  vault.keep(client);
  identity.ask(credentials); // the tokens are safe already
  vault.keep(credentials);
  return credentials;
}

} // namespace

SignedIn sign_in(const SignInOptions& options, const ClientRegistration& client,
                 const oauth::ServerMetadata& server, Vault& vault, SignInGuide& guide, Platform& platform) {
  require_client_secret(options, client, server);
  platform.keychain.prepare({vault.profile(), vault.issuer(), "session"}); // before the browser opens

  Identity identity{options.scope, server, platform};
  const auto verifier = oauth::CodeVerifier::generate(platform.random);
  const auto state = oauth::State::generate(platform.random);
  auto redirection =
      oauth::RedirectionEndpoint::open(candidates(client, server, options.port), !server.is_chutes,
                                       platform.loopback, platform.random, platform.clock);
  const oauth::AuthorizationRequest request{
      .client_id = client.client_id,
      .redirect_uri = redirection.redirect_uri(),
      .scope = options.scope,
      .state = state,
      .code_challenge = verifier.challenge(),
      .nonce = identity.nonce(),
      .ask_consent = !server.is_chutes && oauth::contains(options.scope, "offline_access"),
  };
  const Url authorization_url = request.url(server.authorization_endpoint);
  redirection.lead_to(authorization_url);
  const Url start = redirection.start_url();
  const bool opened = options.open_browser && platform.browser.open(start);
  auto typed = options.accept_paste ? platform.terminal.hidden_input() : nullptr;
  guide.invite({start, authorization_url, opened, typed != nullptr});

  const oauth::IssuerPolicy issuer{server.issuer, server.iss_parameter_supported};
  const auto response = await_response(redirection, typed.get(), state, issuer, options, guide, platform);
  typed.reset(); // the terminal is the person's again
  try {
    const Secret code = code_of(response);
    require_one_answer(redirection, code, state, issuer);
    const auto lock = lock_session(vault.profile(), platform.lock);
    const auto replaced = vault.find_readable_session();
    const auto replaced_client = replaced ? revoking_client(*replaced, server, vault, platform.environment)
                                          : client.credentials(server);
    const auto credentials =
        redeem(code, verifier, request, client, server, redirection, issuer, identity, vault, platform);
    redirection.finish(oauth::CallbackPage::signed_in(credentials.username, vault.profile()));
    const bool told = !replaced || revoke_tokens(*replaced, server, replaced_client, platform.http);
    return {credentials, oauth::missing_from(options.scope, credentials.scope), !told};
  } catch (const Error& error) {
    redirection.finish(error.kind() == ErrorKind::not_authorized &&
                               std::holds_alternative<oauth::AuthorizationError>(response)
                           ? oauth::CallbackPage::declined(error.what(), error.hint())
                           : oauth::CallbackPage::failed(error.what(), error.hint()));
    throw;
  }
}

} // namespace chutes::session
