#include "session/identity.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "oauth/id_token/id_token.hpp"
#include "oauth/id_token/signature_algorithm.hpp"
#include "platform/random_text.hpp"

#include <algorithm>

namespace chutes::session {
namespace {

// Throws if the server signs ID tokens with algorithms that are not accepted, and with no other.
void require_known_algorithm(const std::vector<std::string>& algorithms) {
  const auto is_known = [](const std::string& name) { return oauth::signature_algorithm(name).has_value(); };
  if (algorithms.empty() || std::any_of(algorithms.begin(), algorithms.end(), is_known))
    return;
  constexpr std::size_t longest_list = 200;
  throw Error{ErrorKind::service,
              "the server signs ID tokens only with " + one_line(join(algorithms, ", "), longest_list) +
                  ", which this program does not verify",
              "ask the server's operator for RS256, PS256, ES256 or EdDSA, or sign in without an ID token: "
              "pass --scope without openid"};
}

} // namespace

Identity::Identity(const oauth::Scope& scope, const oauth::ServerMetadata& server, Platform& platform)
    : m_server(server), m_platform(platform) {
  constexpr std::size_t bytes = 32;
  if (!oauth::contains(scope, "openid"))
    return;
  require_known_algorithm(server.id_token_algorithms);
  m_nonce = random_text(platform.random, bytes);
  if (server.jwks_uri)
    m_keys.emplace(*server.jwks_uri, platform.http);
}

void Identity::verify(Credentials& credentials, const oauth::TokenResponse& tokens) {
  if (!tokens.id_token || !m_nonce || (m_server.is_chutes && !m_keys))
    return;
  if (!m_keys)
    throw oauth::untrusted_id_token("cannot be verified: the server publishes no keys");
  const auto verified = oauth::verify_id_token(
      *tokens.id_token,
      {m_server.issuer, credentials.client_id, m_nonce, tokens.access_token, m_platform.clock.now()},
      *m_keys);
  credentials.sub = verified.sub;
  credentials.username = verified.username;
  const auto info = user_info(credentials.access_token);
  if (info && info->sub != verified.sub)
    throw Error{ErrorKind::not_authorized,
                "the server's userinfo endpoint and its ID token name different accounts",
                "sign in again; if that does not help, report it to the server's operator"};
  if (info && !info->username.empty())
    credentials.username = info->username;
}

void Identity::fetch(Credentials& credentials) const {
  if (!credentials.sub.empty())
    return;
  if (auto info = user_info(credentials.access_token)) {
    credentials.sub = std::move(info->sub);
    credentials.username = std::move(info->username);
  }
}

std::optional<oauth::UserInfo> Identity::user_info(const Secret& access_token) const {
  if (!m_server.userinfo_endpoint)
    return std::nullopt;
  try {
    return oauth::userinfo(*m_server.userinfo_endpoint, access_token, m_platform.http).info;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
    return std::nullopt;
  }
}

} // namespace chutes::session
