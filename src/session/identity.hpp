// Who signs in: proved by the server's ID token where it gives one, else told by its userinfo endpoint.
//
// Where the server publishes keys and `openid` is asked for, an ID token that comes must be good, nonce and
// all, or the sign-in ends. One that does not come is not missed: a plain OAuth server gives none (nor does
// Chutes), and that the code is ours is proved by PKCE. One that nobody asked for is not looked at.
#pragma once

#include "oauth/id_token/signing_keys.hpp"
#include "oauth/server_metadata.hpp"
#include "oauth/userinfo.hpp"
#include "platform/platform.hpp"
#include "session/credentials.hpp"

#include <optional>
#include <string>

namespace chutes::session {

class Identity {
public:
  // For a sign-in that asks for `scope`: draws the nonce and fetches the server's keys, so that a server that
  // does not give them is known before a browser opens. Throws what oauth::SigningKeys throws.
  Identity(const oauth::Scope& scope, const oauth::ServerMetadata& server, Platform& platform);

  // For the authorization request; absent unless `openid` is asked for.
  [[nodiscard]] const std::optional<std::string>& nonce() const { return m_nonce; }

  // Puts into `credentials`, which were made of `tokens`, who the ID token says they are for. Throws
  // Error{not_authorized} if it cannot be trusted, or if the userinfo endpoint names somebody else (OpenID
  // Connect Core §5.3.2).
  void prove(Credentials& credentials, const oauth::TokenResponse& tokens);

  // Asks the userinfo endpoint, where nothing was proved. A server that cannot tell now costs only the name.
  void ask(Credentials& credentials) const;

private:
  [[nodiscard]] std::optional<oauth::UserInfo> user_info(const Secret& access_token) const;

  const oauth::ServerMetadata& m_server;
  Platform& m_platform;
  std::optional<std::string> m_nonce;
  std::optional<oauth::SigningKeys> m_keys;
};

} // namespace chutes::session
