#include "session/refresh.hpp"

#include "oauth/id_token/id_token.hpp"
#include "oauth/introspection.hpp"
#include "oauth/request_limit.hpp"
#include "platform/deadline_http_client.hpp"
#include "session/sign_out.hpp"

#include <algorithm>

namespace chutes::session {
namespace {

constexpr std::chrono::seconds least_patience{30}; // for the server's answer to a refresh token
static_assert(refresh_limit >= oauth::request_limit, "a younger mark may be that of a pending request");

Error sign_in_needed(const std::string& message, const std::string& profile) {
  return Error{ErrorKind::sign_in_needed, message, "sign in with '" + sign_in_command(profile) + "'"};
}

Error not_refreshable(const Credentials& current, const std::string& profile, Instant now) {
  if (!current.fresh(now, std::chrono::seconds{1}))
    return sign_in_needed("the session has expired, and the server issued no refresh token", profile);
  const auto until = current.expires_at ? "until " + rfc3339(*current.expires_at) : std::string{"as it is"};
  return sign_in_needed("the server issued no refresh token; the access token is valid " + until, profile);
}

Error secret_refused(const ClientRegistration& client, const oauth::TokenRefusal& refusal,
                     const Environment& environment) {
  Error error{ErrorKind::usage,
              client.client_secret ? "the service does not accept the client secret of " + client.client_id +
                                         secret_source(client, environment) + "; the session is kept"
                                   : "the service requires the client secret of " + client.client_id +
                                         ", and none is stored; the session is kept",
              "set CHUTES_OAUTH_CLIENT_SECRET to the current secret, or sign in again with it"};
  error.with_status(refusal.status);
  return error;
}

// Whether the outcome of the request is unknown: the connection broke, or the response is not the token
// endpoint's, because a gateway may have replaced the server's own.
bool outcome_unknown(const Error& error) {
  return error.kind() == ErrorKind::network || error.kind() == ErrorKind::service;
}

// The refresh failed with `error`, and whether it used up the refresh token cannot be found out now. The mark
// stays in the store, so the next refresh asks first.
Error unresolved(const Error& error, const std::string& profile) {
  Error explained{error.kind(), std::string{error.what()} + "; the server may have used up the refresh token",
                  "try again; if the refresh token was used up, sign in again with '" +
                      sign_in_command(profile) + "'"};
  if (const auto status = error.status())
    explained.with_status(*status);
  return explained;
}

// Whether the introspection endpoint refused the request, as opposed to being out of order.
bool refused_introspection(const Error& error) {
  const auto status = error.status().value_or(0);
  return error.kind() == ErrorKind::service &&
         (status == 401 || status == 403 || status == 404 || status == 405);
}

// Whether the new tokens are for the same account, if the response says so (OpenID Connect Core §12.2).
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

Error refusal_error(const Refusal& refusal, const std::string& profile) {
  switch (refusal.reason) {
  case Refusal::Reason::answer_lost:
    return sign_in_needed("the connection broke while the session was being refreshed, and the server's "
                          "response was lost",
                          profile);
  case Refusal::Reason::process_ended:
    return sign_in_needed(
        "a command was killed while it refreshed the session, and the server's response was lost", profile);
  case Refusal::Reason::other_account:
    return sign_in_needed("the server answered the refresh request with the tokens of another account",
                          profile);
  case Refusal::Reason::refused:
    break;
  }
  return sign_in_needed("the service no longer accepts the session's refresh token", profile);
}

Credentials Refresh::run(const Credentials& seen, std::chrono::seconds min_valid) {
  auto outcome = attempt(seen, min_valid, std::nullopt);
  if (auto* credentials = std::get_if<Credentials>(&outcome))
    return std::move(*credentials);
  const auto refusal = std::get<ClientRefused>(outcome).refusal;
  // Asks without holding the lock.
  const auto secret = m_ask ? m_ask("The service does not accept the client secret of " + seen.client_id +
                                    ". Enter the current one (not shown): ")
                            : std::nullopt;
  if (!secret || secret->empty())
    throw secret_refused(registration_for(seen), refusal, m_platform.environment);
  outcome = attempt(seen, min_valid, secret);
  auto* credentials = std::get_if<Credentials>(&outcome);
  if (credentials == nullptr)
    throw secret_refused({seen.client_id, secret, {}}, std::get<ClientRefused>(outcome).refusal,
                         m_platform.environment);
  auto client = registration_for(*credentials);
  client.client_secret = secret;
  m_vault.keep(client);
  return std::move(*credentials);
}

Refresh::Outcome Refresh::attempt(const Credentials& seen, std::chrono::seconds min_valid,
                                  const std::optional<Secret>& client_secret) {
  const auto locked = lock_and_read(seen, min_valid);
  const auto& current = locked.current;
  if (can_adopt(current, seen, min_valid))
    return current;
  if (current.refused && !seen.refused) // another process found out while we waited
    throw refusal_error(*current.refused, m_vault.profile());
  auto client = registration_for(current);
  if (client_secret)
    client.client_secret = client_secret;
  return renew(current, client, locked.lock->identity());
}

// Waits without the lock, so that no other process waits for this one meanwhile.
Refresh::Locked Refresh::lock_and_read(const Credentials& seen, std::chrono::seconds min_valid) {
  constexpr std::chrono::milliseconds pause{200};
  const auto deadline = m_platform.clock.steady() + refresh_limit;
  bool said = false;
  while (true) {
    Locked locked{m_vault.lock(m_platform.lock), {}};
    locked.current = read_again();
    const auto now = m_platform.clock.steady();
    if (!may_be_refreshing(locked) || can_adopt(locked.current, seen, min_valid) || now >= deadline)
      return locked;
    locked.lock.reset();
    if (!said)
      m_platform.terminal.remark("Waiting for another process, which is refreshing the session…");
    said = true;
    m_platform.signals.pause(std::min(now + pause, deadline));
  }
}

// A process that wrote its mark under this lock has released the lock, and so has ended. One that wrote it
// under another lock, such as in a container that does not share ours, may still be waiting for the answer.
bool Refresh::may_be_refreshing(const Locked& locked) const {
  const auto& current = locked.current;
  if (!current.refreshing_since)
    return false;
  const bool same_lock =
      !current.refreshing_under.empty() && current.refreshing_under == locked.lock->identity();
  return !same_lock && m_platform.clock.now() - *current.refreshing_since < refresh_limit;
}

Credentials Refresh::read_again() const {
  auto current = m_vault.find_session();
  if (!current)
    throw not_signed_in(m_vault.profile());
  return std::move(*current);
}

// A token that was issued while we waited is accepted even if it is valid for less than `min_valid`: the
// server could not issue one that lasts longer.
bool Refresh::can_adopt(const Credentials& current, const Credentials& seen,
                        std::chrono::seconds min_valid) const {
  if (current.access_token == seen.access_token)
    return false;
  const auto enough = current.lifetime() ? std::min(min_valid, *current.lifetime() / 2) : min_valid;
  return current.fresh(m_platform.clock.now(), enough);
}

Refresh::Outcome Refresh::renew(const Credentials& current, const ClientRegistration& client,
                                const std::string& lock) {
  if (!current.refresh_token)
    throw not_refreshable(current, m_vault.profile(), m_platform.clock.now());
  const auto server = m_server();
  if (current.refreshing_since && is_active(current, server, m_platform.http) == false)
    return adopt_or_refuse(current, Refusal::Reason::process_ended, std::nullopt);
  m_platform.signals.check();
  const SignalsHeld held{m_platform.signals,
                         "warning: ended while the session was being refreshed; if the server has issued new "
                         "tokens, they are lost, and the next command says so"};
  mark(current, lock);
  const auto asked_at = m_platform.clock.now();
  const auto answer = request(current, client, server);
  if (!answer)
    return adopt_or_refuse(current, Refusal::Reason::answer_lost, std::nullopt);
  if (const auto* refusal = std::get_if<oauth::TokenRefusal>(&*answer))
    return refused(current, *refusal);
  const auto& tokens = std::get<oauth::TokenResponse>(*answer);
  const auto next = current.renewed(tokens, asked_at);
  return is_same_account(current, tokens, server) ? store(next, client, server)
                                                  : other_account(current, next, client, server);
}

// Also proves that the store can be written before the refresh token is used, because its successor must be
// stored.
void Refresh::mark(Credentials current, const std::string& lock) {
  current.refreshing_since = m_platform.clock.now();
  current.refreshing_under = lock;
  m_vault.keep(current);
}

void Refresh::clear_mark(Credentials current) {
  current.refreshing_since.reset();
  current.refreshing_under.clear();
  try {
    m_vault.keep(current);
  } catch (const Error&) { // a mark that stays costs the next refresh one introspection
  }
}

// If the outcome is unknown, asks the server at once. All of it ends within the limit of one request, because
// the lock and the signals are held.
std::optional<oauth::TokenAnswer> Refresh::request(const Credentials& current,
                                                   const ClientRegistration& client,
                                                   const oauth::ServerMetadata& server) {
  const auto& clock = m_platform.clock;
  const auto deadline = clock.steady() + oauth::request_limit;
  DeadlineHttpClient http{m_platform.http, deadline};
  oauth::TokenEndpoint endpoint{server.token_endpoint, client.credentials(server), http};
  try {
    return endpoint.refresh(*current.refresh_token);
  } catch (const Error& error) {
    if (error.nothing_sent() || !outcome_unknown(error))
      throw;
    const auto active = clock.steady() < deadline ? is_active_if_known(current, server, http) : std::nullopt;
    if (active == false)
      return std::nullopt;
    if (!active)
      throw unresolved(error, m_vault.profile());
    if (error.kind() != ErrorKind::network || clock.steady() + least_patience > deadline)
      throw;
  }
  try {
    return endpoint.refresh(*current.refresh_token);
  } catch (const Error& error) {
    if (error.nothing_sent() || !outcome_unknown(error))
      throw;
    throw unresolved(error, m_vault.profile());
  }
}

std::optional<bool> Refresh::is_active(const Credentials& current, const oauth::ServerMetadata& server,
                                       HttpClient& http) const {
  if (!server.introspection_endpoint)
    return std::nullopt;
  const auto client = registration_for(current).credentials(server);
  try {
    return oauth::introspect(*server.introspection_endpoint, *current.refresh_token, http,
                             server.is_chutes ? nullptr : &client)
        .active;
  } catch (const Error& error) {
    // Only a server that refuses introspection leaves the outcome unknown; one that is out of order is asked
    // again.
    if (server.is_chutes || !refused_introspection(error))
      throw;
    return std::nullopt;
  }
}

std::optional<bool> Refresh::is_active_if_known(const Credentials& current,
                                                const oauth::ServerMetadata& server, HttpClient& http) const {
  try {
    return is_active(current, server, http);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
    return std::nullopt;
  }
}

// Until they are stored the tokens exist only here, so a store that fails is tried again. The old refresh
// token is used up, so a second failure loses the session, unless the store holds the tokens all the same. If
// it cannot say, they are not revoked.
Credentials Refresh::store(const Credentials& next, const ClientRegistration& client,
                           const oauth::ServerMetadata& server) {
  try {
    m_vault.keep(next);
    return next;
  } catch (const Error&) { // a second attempt follows
  }
  try {
    m_vault.keep(next);
    return next;
  } catch (const Error& error) {
    const auto stored = is_stored(next);
    if (stored == true)
      return next;
    std::string message = "the session was refreshed, but its new tokens could not be stored: ";
    message += error.what();
    if (stored == false)
      message += "; " + discard_tokens(next, server, client.credentials(server), m_platform.http,
                                       m_platform.clock.now())
                            .fate;
    throw Error{error.kind(), message,
                "fix that, then sign in again with '" + sign_in_command(m_vault.profile()) +
                    "': the old refresh token was used up"};
  }
}

std::optional<bool> Refresh::is_stored(const Credentials& credentials) const {
  try {
    const auto stored = m_vault.find_readable_session();
    return stored && stored->access_token == credentials.access_token;
  } catch (const Error&) {
    return std::nullopt;
  }
}

Refresh::Outcome Refresh::refused(const Credentials& current, const oauth::TokenRefusal& refusal) {
  if (refusal.error == "invalid_grant")
    return adopt_or_refuse(current, Refusal::Reason::refused, refusal.status);
  clear_mark(current); // refused for another reason, the refresh token is still valid
  if (refusal.error == "invalid_client")
    return ClientRefused{refusal};
  Error error{ErrorKind::service, "the service refused to refresh the session: " + refusal.error,
              "try again later; the session is kept"};
  throw error.with_status(refusal.status);
}

// A process that does not know our lock may have refreshed the session meanwhile.
Credentials Refresh::adopt_or_refuse(const Credentials& current, Refusal::Reason reason,
                                     std::optional<int> status) {
  const auto now = m_vault.find_session();
  if (now && !(now->access_token == current.access_token))
    return *now;
  if (now)
    mark_refused(current, reason);
  auto error = refusal_error({reason, m_platform.clock.now()}, m_vault.profile());
  if (status)
    error.with_status(*status);
  throw error;
}

void Refresh::mark_refused(Credentials current, Refusal::Reason reason) {
  current.refreshing_since.reset();
  current.refreshing_under.clear();
  current.refused = Refusal{reason, m_platform.clock.now()};
  try {
    m_vault.keep(current);
  } catch (const Error&) { // the next command finds out again
  }
}

ClientRegistration Refresh::registration_for(const Credentials& credentials) const {
  return client_for_session(credentials, m_vault, m_platform.environment);
}

// The old refresh token is used up, and the new tokens are for an account that did not sign in here.
Refresh::Outcome Refresh::other_account(const Credentials& current, const Credentials& next,
                                        const ClientRegistration& client,
                                        const oauth::ServerMetadata& server) {
  static_cast<void>(revoke_tokens(next, server, client.credentials(server), m_platform.http));
  return adopt_or_refuse(current, Refusal::Reason::other_account, std::nullopt);
}

} // namespace chutes::session
