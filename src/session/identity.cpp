#include "session/identity.hpp"

#include "oauth/id_token/id_token.hpp"
#include "oauth/id_token/id_token_error.hpp"
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

void Identity::prove(Credentials& credentials, const oauth::TokenResponse& tokens) {
  if (!tokens.id_token || !m_nonce || (m_server.is_chutes && !m_keys))
    return;
  if (!m_keys)
    throw oauth::untrusted_id_token("cannot be checked, because the server publishes no keys");
  const auto proved = oauth::verify_id_token(
      *tokens.id_token,
      {m_server.issuer, credentials.client_id, m_nonce, tokens.access_token, m_platform.clock.now()},
      *m_keys);
  credentials.sub = proved.sub;
  credentials.username = proved.username;
  const auto told = user_info(credentials.access_token);
  if (told && told->sub != proved.sub)
    throw Error{ErrorKind::not_authorized,
                "the server's user information is about another account than its ID token",
                "sign in again; if it stays so, tell whoever runs the server"};
  if (told && !told->username.empty())
    credentials.username = told->username;
}

void Identity::ask(Credentials& credentials) const {
  if (!credentials.sub.empty())
    return;
  if (auto told = user_info(credentials.access_token)) {
    credentials.sub = std::move(told->sub);
    credentials.username = std::move(told->username);
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
