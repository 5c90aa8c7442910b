// Renewing a session, as a state machine. The service's refresh tokens are good for one use only, so between
// the moment one leaves and the moment its successor is stored nothing may come in between: not a second
// process (lock), not a signal (held), not a use of the new pair (stored and read back first), and whoever is
// killed there leaves a mark behind by which the next process knows.
//
//   read ─ fresh ─► use
//     │ due
//   lock ─ read_again ─ renewed by somebody else: adopt ─► use
//     │ still due
//   settle, if there is a mark ─ spent ─► remember_refusal
//     │ active
//   mark ─ request ─ pair ─► store ─ read_back ─► use
//             │ ├─ pair of another account ─► remember_refusal
//             │ └─ refused ─ read_again ─ changed: adopt; else remember_refusal
//             └─ nobody knows ─ settle ─ active: request once more; spent: remember_refusal
#pragma once

#include "base/error.hpp"
#include "oauth/server_metadata.hpp"
#include "oauth/token_endpoint.hpp"
#include "platform/platform.hpp"
#include "session/vault.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace chutes::session {

// Asks a person for a client secret; absent: there is nobody, or no answer.
using AskSecret = std::function<std::optional<Secret>(const std::string& prompt)>;

class Refresh {
public:
  using Server = std::function<oauth::ServerMetadata()>;
  // `server` is asked for only when a request must be sent (it may have to be discovered first). `ask` may be
  // empty.
  Refresh(Vault& vault, const Server& server, Platform& platform, const AskSecret& ask)
      : m_vault(vault), m_server(server), m_platform(platform), m_ask(ask) {}

  // The session that follows `seen`, which the caller has read and found wanting: what another process has
  // stored meanwhile if that lasts for `min_valid` (or half its own life), else what the server gives now.
  // A client secret the service does not accept is asked for once.
  // Throws Error{sign_in_needed}: there is no session, no refresh token, or it was refused (the session is
  // kept and marked); Error{network}: the server could not be reached, nothing is concluded; Error{keychain}:
  // the store cannot be written, known before the token is spent; Error{usage}: a wrong client secret.
  [[nodiscard]] Credentials run(const Credentials& seen, std::chrono::seconds min_valid);

private:
  struct ClientRefused { // invalid_client: the refresh token is not spent
    oauth::TokenRefusal refusal;
  };
  using Outcome = std::variant<Credentials, ClientRefused>;

  [[nodiscard]] Outcome attempt(const Credentials& seen, std::chrono::seconds min_valid,
                                const std::optional<Secret>& client_secret);
  [[nodiscard]] Credentials read_again() const;
  [[nodiscard]] bool can_adopt(const Credentials& current, const Credentials& seen,
                               std::chrono::seconds min_valid) const;
  [[nodiscard]] Outcome renew(const Credentials& current, const ClientRegistration& client);
  void mark(Credentials current);
  void clear_mark(Credentials current);
  // Absent: the refresh token is spent, and the answer was lost.
  [[nodiscard]] std::optional<oauth::TokenAnswer>
  request(const Credentials& current, oauth::TokenEndpoint& endpoint, const oauth::ServerMetadata& server);
  // Whether the server still knows the refresh token; absent if it cannot be asked about tokens at all.
  [[nodiscard]] std::optional<bool> settle(const Credentials& current,
                                           const oauth::ServerMetadata& server) const;
  [[nodiscard]] Credentials store(const Credentials& next);
  [[nodiscard]] Outcome refused(const Credentials& current, const oauth::TokenRefusal& refusal);
  // Reads once more before it believes: what changed meanwhile is adopted.
  [[nodiscard]] Credentials believe_or_adopt(const Credentials& current, Refusal::Reason reason,
                                             std::optional<int> status);
  void remember_refusal(Credentials current, Refusal::Reason reason);
  [[nodiscard]] ClientRegistration registration_for(const Credentials& credentials) const;
  [[nodiscard]] Outcome other_account(const Credentials& current, const Credentials& next,
                                      const ClientRegistration& client, const oauth::ServerMetadata& server);

  Vault& m_vault;
  const Server& m_server;
  Platform& m_platform;
  const AskSecret& m_ask;
};

// Why a session that was refused cannot be renewed, as Error{sign_in_needed}.
[[nodiscard]] Error refusal_error(const Refusal& refusal);
[[nodiscard]] Error nobody_signed_in(const std::string& profile);

} // namespace chutes::session
