#include "session/identity.hpp"

#include "oauth/id_token/id_token.hpp"
#include "platform/random_text.hpp"

namespace chutes::session {

Identity::Identity(const oauth::Scope& scope, const oauth::ServerMetadata& server, Platform& platform)
    : m_server(server), m_platform(platform) {
  constexpr std::size_t bytes = 32;
  if (!oauth::contains(scope, "openid"))
    return;
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
