// Who signs in: proved by the server's ID token where it issues one, else reported by its userinfo endpoint.
//
// If the server publishes keys and the scope contains `openid`, an ID token must be valid in every respect,
// or the sign-in ends. It may be absent: a plain OAuth server issues none (nor does Chutes), and PKCE proves
// that the code is ours. An ID token that was not requested is ignored.
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
  // For a sign-in that requests `scope`: generates the nonce and fetches the server's keys, so that a server
  // that does not provide them is known before a browser opens. Throws what oauth::SigningKeys throws, and
  // Error{service} if the server signs ID tokens only with algorithms that are not accepted.
  Identity(const oauth::Scope& scope, const oauth::ServerMetadata& server, Platform& platform);

  // For the authorization request; absent unless `openid` is requested.
  [[nodiscard]] const std::optional<std::string>& nonce() const { return m_nonce; }

  // Verifies the ID token in `tokens` and sets the account of `credentials` from it. Throws
  // Error{not_authorized} if it cannot be trusted, or if the userinfo endpoint names another account (OpenID
  // Connect Core §5.3.2).
  void verify(Credentials& credentials, const oauth::TokenResponse& tokens);

  // Sets the account of `credentials` from the userinfo endpoint, unless an ID token has set it. If the
  // server does not answer, it stays empty.
  void fetch(Credentials& credentials) const;

private:
  [[nodiscard]] std::optional<oauth::UserInfo> user_info(const Secret& access_token) const;

  const oauth::ServerMetadata& m_server;
  Platform& m_platform;
  std::optional<std::string> m_nonce;
  std::optional<oauth::SigningKeys> m_keys;
};

} // namespace chutes::session
