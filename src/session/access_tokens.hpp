// A token valid now: found, or refreshed under a lock. The service's refresh tokens are good for one use
// only, so between the moment one leaves and the moment its successor is stored nothing may come in between:
// not a second process (lock), not a signal (held), not a use of the new pair (stored and read back first).
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/platform.hpp"
#include "session/vault.hpp"

#include <functional>
#include <optional>

namespace chutes::session {

enum class CredentialSource { environment, session, api_key };

struct AccessToken {
  Secret value;
  CredentialSource source = CredentialSource::session;
  std::optional<Instant> expires_at; // known for a session only
  oauth::Scope scope;                // likewise
};

// "CHUTES_ACCESS_TOKEN", "session" or "CHUTES_API_KEY"
[[nodiscard]] const char* source_name(CredentialSource source);

class AccessTokens {
public:
  // `server` is asked for only when something must be refreshed (it may have to be discovered first).
  using Server = std::function<oauth::ServerMetadata()>;
  AccessTokens(Vault vault, Server server, Platform& platform)
      : m_vault(std::move(vault)), m_server(std::move(server)), m_platform(platform) {}

  // The credential a call uses: CHUTES_ACCESS_TOKEN, else the profile's session (refreshed if less than
  // `min_valid` is left), else CHUTES_API_KEY. Throws Error{sign_in_needed} if there is none, or if the
  // refresh token was refused.
  [[nodiscard]] AccessToken obtain(std::chrono::seconds min_valid);

  // After the service refused `refused` with a 401: the session's next token, from another process or by a
  // refresh. Absent if `refused` did not come from a session, or the session cannot be refreshed.
  [[nodiscard]] std::optional<AccessToken> replace(const AccessToken& refused);

  // Refreshes even if it is not due. Throws Error{sign_in_needed} if there is no session or it cannot be
  // refreshed.
  [[nodiscard]] Credentials refresh_now();

private:
  using StillNeeded = std::function<bool(const Credentials&)>;
  // Under the lock: reads the session again, and refreshes it only if `still_needed` says so of what it
  // reads.
  [[nodiscard]] Credentials refresh_if(const StillNeeded& still_needed);
  [[nodiscard]] Credentials refresh(const Credentials& old);
  [[nodiscard]] oauth::TokenAnswer request_refresh(const Credentials& old,
                                                   const oauth::ServerMetadata& server);
  [[nodiscard]] Credentials explain_refusal(const Credentials& old, const oauth::TokenRefusal& refusal);
  [[nodiscard]] ClientRegistration registration_for(const Credentials& credentials) const;
  [[nodiscard]] Credentials read_session() const;

  Vault m_vault;
  Server m_server;
  Platform& m_platform;
};

} // namespace chutes::session
