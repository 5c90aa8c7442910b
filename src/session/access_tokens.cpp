#include "session/access_tokens.hpp"

#include "base/error.hpp"
#include "oauth/introspection.hpp"
#include "oauth/token_endpoint.hpp"

namespace chutes::session {
namespace {

constexpr std::chrono::milliseconds lock_patience{
    std::chrono::seconds{60}}; // longer than one refresh may take

AccessToken token_of(const Credentials& credentials) {
  return {credentials.access_token, CredentialSource::session, credentials.expires_at, credentials.scope};
}

Error sign_in_needed(const std::string& message) {
  return Error{ErrorKind::sign_in_needed, message, "sign in with 'chutes-login login'"};
}

Error answered_with(const oauth::TokenRefusal& refusal, Error error) {
  error.with_status(refusal.status);
  return error;
}

} // namespace

const char* source_name(CredentialSource source) {
  switch (source) {
  case CredentialSource::environment:
    return "CHUTES_ACCESS_TOKEN";
  case CredentialSource::api_key:
    return "CHUTES_API_KEY";
  case CredentialSource::session:
    break;
  }
  return "session";
}

AccessToken AccessTokens::obtain(std::chrono::seconds min_valid) {
  if (auto token = m_platform.environment.find("CHUTES_ACCESS_TOKEN"))
    return {Secret{std::move(*token)}, CredentialSource::environment, std::nullopt, {}};
  const auto api_key = m_platform.environment.find("CHUTES_API_KEY");
  std::optional<Credentials> credentials;
  try {
    credentials = m_vault.find_session();
  } catch (const Error& error) {
    if (!api_key || error.kind() != ErrorKind::keychain)
      throw; // without a keychain there can be no session; a key in the environment is then the next in line
  }
  if (!credentials && api_key)
    return {Secret{*api_key}, CredentialSource::api_key, std::nullopt, {}};
  if (!credentials)
    throw sign_in_needed("nobody is signed in as profile '" + m_vault.profile() + "'");
  if (credentials->fresh(m_platform.clock.now(), min_valid))
    return token_of(*credentials);
  return token_of(
      refresh_if([&](const Credentials& now) { return !now.fresh(m_platform.clock.now(), min_valid); }));
}

std::optional<AccessToken> AccessTokens::replace(const AccessToken& refused) {
  if (refused.source != CredentialSource::session)
    return std::nullopt;
  const auto credentials = m_vault.find_session();
  if (!credentials)
    return std::nullopt;
  if (!(credentials->access_token == refused.value))
    return token_of(*credentials);
  if (!credentials->refresh_token)
    return std::nullopt;
  return token_of(refresh_if([&](const Credentials& now) { return now.access_token == refused.value; }));
}

Credentials AccessTokens::refresh_now() {
  const auto generation = read_session().generation;
  return refresh_if([&](const Credentials& now) { return now.generation == generation; });
}

Credentials AccessTokens::read_session() const {
  auto credentials = m_vault.find_session();
  if (!credentials)
    throw sign_in_needed("nobody is signed in as profile '" + m_vault.profile() + "'");
  return std::move(*credentials);
}

Credentials AccessTokens::refresh_if(const StillNeeded& still_needed) {
  const auto lock = m_platform.lock.acquire("refresh-" + m_vault.profile(), lock_patience);
  const auto credentials = read_session();
  return still_needed(credentials) ? refresh(credentials) : credentials;
}

Credentials AccessTokens::refresh(const Credentials& old) {
  if (!old.refresh_token)
    throw sign_in_needed("the session has expired and cannot be refreshed");
  const auto server = m_server();
  m_platform.signals.check();
  const SignalsHeld held{m_platform.signals};
  const auto answer = request_refresh(old, server);
  if (const auto* refusal = std::get_if<oauth::TokenRefusal>(&answer))
    return explain_refusal(old, *refusal);
  auto next = old.renewed(std::get<oauth::TokenResponse>(answer), m_platform.clock.now());
  m_vault.keep(next);
  return next;
}

// Sends the refresh request. When the network leaves it open whether the request was served, the server is
// asked about the old token: still active means it was not, and the request can be sent once more; spent
// means the answer, and with it the session, was lost on the way.
oauth::TokenAnswer AccessTokens::request_refresh(const Credentials& old,
                                                 const oauth::ServerMetadata& server) {
  oauth::TokenEndpoint endpoint{server.token_endpoint, registration_for(old).credentials(), m_platform.http};
  try {
    return endpoint.refresh(*old.refresh_token);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::network || !server.introspection_endpoint)
      throw;
  }
  if (oauth::introspect(*server.introspection_endpoint, *old.refresh_token, m_platform.http).active)
    return endpoint.refresh(*old.refresh_token);
  throw sign_in_needed(
      "the connection broke while the session was being refreshed, and the server's answer was lost");
}

Credentials AccessTokens::explain_refusal(const Credentials& old, const oauth::TokenRefusal& refusal) {
  if (refusal.error == "invalid_grant") {
    const auto now = m_vault.find_session();
    if (now && now->generation != old.generation) // refreshed by somebody who does not know our lock
      return *now;
    throw answered_with(refusal, sign_in_needed("the service no longer accepts the session's refresh token"));
  }
  if (refusal.error == "invalid_client")
    throw answered_with(
        refusal,
        {ErrorKind::usage,
         "the service does not accept the client secret of " + old.client_id + "; the session is kept",
         "set CHUTES_OAUTH_CLIENT_SECRET to the current one, or sign in again with it"});
  throw answered_with(refusal,
                      {ErrorKind::service, "the service refused to refresh the session: " + refusal.error,
                       "try again later; the session is kept"});
}

// The environment's registration counts only for the client the tokens were issued to: another client's
// secret is refused.
ClientRegistration AccessTokens::registration_for(const Credentials& credentials) const {
  const auto from_environment = registration_from(m_platform.environment);
  if (from_environment && from_environment->client_id == credentials.client_id &&
      from_environment->client_secret)
    return *from_environment;
  const auto stored = m_vault.find_registration();
  if (stored && stored->client_id == credentials.client_id)
    return *stored;
  return {credentials.client_id, std::nullopt, {}};
}

} // namespace chutes::session
