// A token valid now: given, found, or refreshed (session/refresh).
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/platform.hpp"
#include "session/refresh.hpp"
#include "session/vault.hpp"

#include <chrono>
#include <optional>

namespace chutes::session {

enum class CredentialSource { environment, session, api_key };

struct AccessToken {
  Secret value;
  CredentialSource source = CredentialSource::session;
  std::optional<Instant> expires_at; // known for a session only
  oauth::Scope scope;                // likewise
};

class AccessTokens {
public:
  // `server` and `ask` as in Refresh.
  AccessTokens(Vault vault, Refresh::Server server, AskSecret ask, Platform& platform)
      : m_vault(std::move(vault)), m_server(std::move(server)), m_ask(std::move(ask)), m_platform(platform) {}

  // The credential a call uses: CHUTES_ACCESS_TOKEN, else the profile's session (refreshed if less than
  // `min_valid` is left), else CHUTES_API_KEY. Without `min_valid` it is a minute and up to a quarter of one
  // more, by chance, so that many processes are not all due in the same second; but never more than half the
  // token's life. Throws as Refresh::run, and Error{sign_in_needed} if there is no credential at all.
  [[nodiscard]] AccessToken obtain(std::optional<std::chrono::seconds> min_valid);

  // After the service refused `refused` with a 401: the session's next token, from another process or by a
  // refresh. Absent if `refused` did not come from a session, or the session cannot be refreshed.
  [[nodiscard]] std::optional<AccessToken> replace(const AccessToken& refused);

  // Refreshes even if it is not due, and even if the session was refused before. Throws as Refresh::run.
  [[nodiscard]] Credentials refresh_now();

private:
  [[nodiscard]] Credentials refresh(const Credentials& seen, std::chrono::seconds min_valid);
  [[nodiscard]] std::chrono::seconds usual_margin(const Credentials& credentials) const;

  Vault m_vault;
  Refresh::Server m_server;
  AskSecret m_ask;
  Platform& m_platform;
};

} // namespace chutes::session
