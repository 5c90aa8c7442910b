#include "session/refresh.hpp"

#include "oauth/id_token/id_token.hpp"
#include "oauth/introspection.hpp"
#include "session/client_for_session.hpp"
#include "session/session_lock.hpp"
#include "session/sign_out.hpp"

#include <algorithm>

namespace chutes::session {
namespace {

Error sign_in_needed(const std::string& message) {
  return Error{ErrorKind::sign_in_needed, message, "sign in with 'chutes-login login'"};
}

Error secret_refused(const std::string& client_id, const oauth::TokenRefusal& refusal) {
  Error error{ErrorKind::usage,
              "the service does not accept the client secret of " + client_id + "; the session is kept",
              "set CHUTES_OAUTH_CLIENT_SECRET to the current one, or sign in again with it"};
  error.with_status(refusal.status);
  return error;
}

// The second and last try; the server has spent the old refresh token, so a failure costs the session.
void keep_at_last(Vault& vault, const Credentials& next) {
  try {
    vault.keep(next);
  } catch (const Error& error) {
    throw Error{error.kind(),
                std::string{"the session was refreshed, but its new tokens could not be kept: "} +
                    error.what(),
                "mend that, then sign in again with 'chutes-login login': the old refresh token is spent"};
  }
}

// Whether it is open what the server has done: a connection that broke, but also an answer that makes no
// sense, which a gateway may have put in the place of the server's own.
bool leaves_it_open(const Error& error) {
  return error.kind() == ErrorKind::network || error.kind() == ErrorKind::service;
}

// Whether the introspection endpoint turned us away, as opposed to being out of order.
bool refuses_to_tell(const Error& error) {
  const auto status = error.status().value_or(0);
  return error.kind() == ErrorKind::service &&
         (status == 401 || status == 403 || status == 404 || status == 405);
}

// Where the answer says who the new tokens are for (OpenID Connect Core §12.2). Chutes does not say.
bool is_same_account(const Credentials& current, const oauth::TokenResponse& tokens,
                     const oauth::ServerMetadata& server) {
  if (!tokens.id_token || current.sub.empty() || server.is_chutes)
    return true;
  try {
    oauth::require_same_subject(*tokens.id_token, server.issuer, current.client_id, current.sub);
  } catch (const Error&) {
    return false;
  }
  return true;
}

} // namespace

Error nobody_signed_in(const std::string& profile) {
  return sign_in_needed("nobody is signed in as profile '" + profile + "'");
}

Error refusal_error(const Refusal& refusal) {
  switch (refusal.reason) {
  case Refusal::Reason::answer_lost:
    return sign_in_needed("the connection broke while the session was being refreshed, and the server's "
                          "answer was lost");
  case Refusal::Reason::process_ended:
    return sign_in_needed(
        "a command was killed or cut off while it refreshed the session, and the server's answer was "
        "lost with it");
  case Refusal::Reason::other_account:
    return sign_in_needed("the server answered the session's refresh with the tokens of another account");
  case Refusal::Reason::refused:
    break;
  }
  return sign_in_needed("the service no longer accepts the session's refresh token");
}

Credentials Refresh::run(const Credentials& seen, std::chrono::seconds min_valid) {
  auto outcome = attempt(seen, min_valid, std::nullopt);
  if (auto* credentials = std::get_if<Credentials>(&outcome))
    return std::move(*credentials);
  const auto refusal = std::get<ClientRefused>(outcome).refusal;
  // Nobody waits for our lock while a person looks for a secret.
  const auto secret = m_ask ? m_ask("The service does not accept the client secret of " + seen.client_id +
                                    ". The current one (not shown): ")
                            : std::nullopt;
  if (!secret || secret->empty())
    throw secret_refused(seen.client_id, refusal);
  outcome = attempt(seen, min_valid, secret);
  auto* credentials = std::get_if<Credentials>(&outcome);
  if (credentials == nullptr)
    throw secret_refused(seen.client_id, std::get<ClientRefused>(outcome).refusal);
  auto client = registration_for(*credentials);
  client.client_secret = secret;
  m_vault.keep(client);
  return std::move(*credentials);
}

Refresh::Outcome Refresh::attempt(const Credentials& seen, std::chrono::seconds min_valid,
                                  const std::optional<Secret>& client_secret) {
  const auto lock = lock_session(m_vault.profile(), m_platform.lock);
  const auto current = read_again();
  if (can_adopt(current, seen, min_valid))
    return current;
  if (current.refused && !seen.refused) // found out by somebody else while we waited
    throw refusal_error(*current.refused);
  auto client = registration_for(current);
  if (client_secret)
    client.client_secret = client_secret;
  return renew(current, client);
}

Credentials Refresh::read_again() const {
  auto current = m_vault.find_session();
  if (!current)
    throw nobody_signed_in(m_vault.profile());
  return std::move(*current);
}

// Nothing the server could give lasts longer than its tokens do, so a token that was issued while we waited
// is taken even if more was wanted of it.
bool Refresh::can_adopt(const Credentials& current, const Credentials& seen,
                        std::chrono::seconds min_valid) const {
  if (current.access_token == seen.access_token)
    return false;
  const auto enough = current.lifetime() ? std::min(min_valid, *current.lifetime() / 2) : min_valid;
  return current.fresh(m_platform.clock.now(), enough);
}

Refresh::Outcome Refresh::renew(const Credentials& current, const ClientRegistration& client) {
  if (!current.refresh_token)
    throw sign_in_needed("the session has expired and cannot be refreshed");
  const auto server = m_server();
  if (current.refreshing_since && settle(current, server) == false)
    return believe_or_adopt(current, Refusal::Reason::process_ended, std::nullopt);
  m_platform.signals.check();
  const SignalsHeld held{m_platform.signals};
  mark(current);
  oauth::TokenEndpoint endpoint{server.token_endpoint, client.credentials(server), m_platform.http};
  const auto asked_at = m_platform.clock.now();
  const auto answer = request(current, endpoint, server);
  if (!answer)
    return believe_or_adopt(current, Refusal::Reason::answer_lost, std::nullopt);
  if (const auto* refusal = std::get_if<oauth::TokenRefusal>(&*answer))
    return refused(current, *refusal);
  const auto& tokens = std::get<oauth::TokenResponse>(*answer);
  const auto next = current.renewed(tokens, asked_at);
  return is_same_account(current, tokens, server) ? store(next)
                                                  : other_account(current, next, client, server);
}

// Also proves that the store can be written to, before a token is spent whose successor must be stored.
void Refresh::mark(Credentials current) {
  current.refreshing_since = m_platform.clock.now();
  m_vault.keep(current);
}

void Refresh::clear_mark(Credentials current) {
  current.refreshing_since.reset();
  try {
    m_vault.keep(current);
  } catch (const Error&) { // a mark that stays costs the next refresh one question
  }
}

// When it is left open what the server has done, it is asked at once.
std::optional<oauth::TokenAnswer> Refresh::request(const Credentials& current, oauth::TokenEndpoint& endpoint,
                                                   const oauth::ServerMetadata& server) {
  try {
    return endpoint.refresh(*current.refresh_token);
  } catch (const Error& error) {
    if (error.nothing_sent() || !leaves_it_open(error))
      throw;
    const auto active = settle(current, server);
    if (active == false)
      return std::nullopt;
    if (error.kind() != ErrorKind::network || !active)
      throw;
  }
  return endpoint.refresh(*current.refresh_token);
}

std::optional<bool> Refresh::settle(const Credentials& current, const oauth::ServerMetadata& server) const {
  if (!server.introspection_endpoint)
    return std::nullopt;
  const auto client = registration_for(current).credentials(server);
  try {
    return oauth::introspect(*server.introspection_endpoint, *current.refresh_token, m_platform.http,
                             server.is_chutes ? nullptr : &client)
        .active;
  } catch (const Error& error) {
    // Only a server that will never tell us leaves it open for good; one that cannot tell now is asked again.
    if (server.is_chutes || !refuses_to_tell(error))
      throw;
    return std::nullopt;
  }
}

// The tokens are written and read back (Vault::keep). Until then they exist only here, so a store that fails
// is given a second chance.
Credentials Refresh::store(const Credentials& next) {
  try {
    m_vault.keep(next);
  } catch (const Error&) {
    keep_at_last(m_vault, next);
  }
  return next;
}

Refresh::Outcome Refresh::refused(const Credentials& current, const oauth::TokenRefusal& refusal) {
  if (refusal.error == "invalid_grant")
    return believe_or_adopt(current, Refusal::Reason::refused, refusal.status);
  clear_mark(current); // it was refused for another reason and is not spent
  if (refusal.error == "invalid_client")
    return ClientRefused{refusal};
  Error error{ErrorKind::service, "the service refused to refresh the session: " + refusal.error,
              "try again later; the session is kept"};
  throw error.with_status(refusal.status);
}

// Somebody who does not know our lock may have renewed the session meanwhile.
Credentials Refresh::believe_or_adopt(const Credentials& current, Refusal::Reason reason,
                                      std::optional<int> status) {
  const auto now = m_vault.find_session();
  if (now && !(now->access_token == current.access_token))
    return *now;
  if (now)
    remember_refusal(current, reason);
  auto error = refusal_error({reason, m_platform.clock.now()});
  if (status)
    error.with_status(*status);
  throw error;
}

void Refresh::remember_refusal(Credentials current, Refusal::Reason reason) {
  current.refreshing_since.reset();
  current.refused = Refusal{reason, m_platform.clock.now()};
  try {
    m_vault.keep(current);
  } catch (const Error&) { // the next command finds it out again
  }
}

ClientRegistration Refresh::registration_for(const Credentials& credentials) const {
  return client_for_session(credentials, m_vault, m_platform.environment);
}

// Neither pair is of use any more: the old one is spent, and nobody here may act for somebody else.
Refresh::Outcome Refresh::other_account(const Credentials& current, const Credentials& next,
                                        const ClientRegistration& client,
                                        const oauth::ServerMetadata& server) {
  static_cast<void>(revoke_tokens(next, server, client.credentials(server), m_platform.http));
  return believe_or_adopt(current, Refusal::Reason::other_account, std::nullopt);
}

} // namespace chutes::session
