// Credentials that are valid now: the chosen one (session/call_credential), refreshed if need be
// (session/refresh).
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/platform.hpp"
#include "session/call_credential.hpp"
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
  std::string because;               // for an API key: as ApiKey::because
};

class AccessTokens {
public:
  // `server` and `ask` as in Refresh.
  AccessTokens(Vault vault, Refresh::Server server, AskSecret ask, ApiKeyUse api_key_use, Platform& platform)
      : m_vault(std::move(vault)),
        m_server(std::move(server)),
        m_ask(std::move(ask)),
        m_api_key_use(api_key_use),
        m_platform(platform) {}

  // Returns the credential that `choose_credential` names; refreshes a session that is valid for less than
  // `min_valid`. The default of `min_valid` is 60 seconds plus up to 15 random ones, so that many processes
  // do not refresh in the same second, but at most half the token's lifetime; without a refresh token it is
  // what is left. Throws as Refresh::run, and the reason of NoCredential.
  [[nodiscard]] AccessToken obtain(std::optional<std::chrono::seconds> min_valid);

  // Returns the session's next token after the service rejected `refused` with status 401: one that another
  // process has stored, else refreshed. Absent if `refused` is not a session's, or the session cannot be
  // refreshed.
  [[nodiscard]] std::optional<AccessToken> replace(const AccessToken& refused);

  // Refreshes even if the token is still valid or was refused before. Throws as Refresh::run.
  [[nodiscard]] Credentials refresh_now();

private:
  [[nodiscard]] Credentials refresh(const Credentials& seen, std::chrono::seconds min_valid);
  [[nodiscard]] std::chrono::seconds default_margin(const Credentials& credentials) const;

  Vault m_vault;
  Refresh::Server m_server;
  AskSecret m_ask;
  ApiKeyUse m_api_key_use;
  Platform& m_platform;
};

} // namespace chutes::session
