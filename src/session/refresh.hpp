// Refreshes a session, as a state machine. The service's refresh tokens can be used once, so nothing may
// interfere between sending one and storing its successor: no second process (lock), no signal (held), no use
// of the new tokens (stored and read back first). A process that is killed in between leaves a mark, by which
// the next one knows. The lock is as large as the store (Keychain::lock); should two processes share the
// store and not the lock all the same, the mark keeps one from taking the other's pending request for a lost
// one.
//
//   read ─ fresh ─► use
//     │ due
//   lock ─ read_again ─ refreshed by another process: adopt ─► use
//     │ still due  └─ marked under another lock less than refresh_limit ago: unlock, wait, lock again
//     │
//   is_active, if there is a mark ─ no ─► mark_refused
//     │ yes
//   mark ─ request ─ tokens ─► store ─ read back ─► use
//             │ ├─ tokens of another account ─► mark_refused
//             │ └─ refused ─ read again ─ changed: adopt; else mark_refused
//             └─ outcome unknown ─ is_active ─ yes: request once more; no: mark_refused
#pragma once

#include "base/error.hpp"
#include "oauth/server_metadata.hpp"
#include "oauth/token_endpoint.hpp"
#include "platform/platform.hpp"
#include "session/call_credential.hpp"
#include "session/vault.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace chutes::session {

// Asks for a client secret on the terminal; absent if there is no terminal or no answer.
using AskSecret = std::function<std::optional<Secret>(const std::string& prompt)>;

class Refresh {
public:
  using Server = std::function<oauth::ServerMetadata()>;
  // `server` is called only if a request must be sent (it may have to be discovered first). `ask` may be
  // empty.
  Refresh(Vault& vault, const Server& server, Platform& platform, const AskSecret& ask)
      : m_vault(vault), m_server(server), m_platform(platform), m_ask(ask) {}

  // Returns the session that follows `seen`, which the caller has read: the one that another process has
  // stored meanwhile if it is valid for `min_valid` (or half its own lifetime), else a refreshed one. If the
  // service does not accept the client secret, asks for another one once. Throws Error{sign_in_needed} if
  // there is no session or no refresh token, or it was refused (the session is kept and marked);
  // Error{network} if the server could not be reached; Error{keychain} or Error{file} if the store cannot be
  // written, which it finds out before it uses the refresh token; Error{usage} for a wrong client secret.
  [[nodiscard]] Credentials run(const Credentials& seen, std::chrono::seconds min_valid);

private:
  struct ClientRefused { // invalid_client: the refresh token is still valid
    oauth::TokenRefusal refusal;
  };
  using Outcome = std::variant<Credentials, ClientRefused>;

  [[nodiscard]] Outcome attempt(const Credentials& seen, std::chrono::seconds min_valid,
                                const std::optional<Secret>& client_secret);
  struct Locked {
    std::unique_ptr<HeldLock> lock;
    Credentials current;
  };
  // Locks the session and reads it. While it bears the mark of a process that may still be refreshing it
  // under another lock, lets go and waits, at most refresh_limit, unless another session can be adopted.
  [[nodiscard]] Locked lock_and_read(const Credentials& seen, std::chrono::seconds min_valid);
  [[nodiscard]] bool may_be_refreshing(const Locked& locked) const;
  [[nodiscard]] Credentials read_again() const;
  [[nodiscard]] bool can_adopt(const Credentials& current, const Credentials& seen,
                               std::chrono::seconds min_valid) const;
  // `lock` is the identity of the lock that is held.
  [[nodiscard]] Outcome renew(const Credentials& current, const ClientRegistration& client,
                              const std::string& lock);
  void mark(Credentials current, const std::string& lock);
  void clear_mark(Credentials current);
  // Absent: the refresh token was used, and the response was lost.
  [[nodiscard]] std::optional<oauth::TokenAnswer>
  request(const Credentials& current, const ClientRegistration& client, const oauth::ServerMetadata& server);
  // Whether the refresh token is still active; absent if the server has no introspection for us.
  [[nodiscard]] std::optional<bool> is_active(const Credentials& current, const oauth::ServerMetadata& server,
                                              HttpClient& http) const;
  // The same, absent also if the server does not answer.
  [[nodiscard]] std::optional<bool>
  is_active_if_known(const Credentials& current, const oauth::ServerMetadata& server, HttpClient& http) const;
  [[nodiscard]] Credentials store(const Credentials& next, const ClientRegistration& client,
                                  const oauth::ServerMetadata& server);
  // Absent if the store cannot say.
  [[nodiscard]] std::optional<bool> is_stored(const Credentials& credentials) const;
  [[nodiscard]] Outcome refused(const Credentials& current, const oauth::TokenRefusal& refusal);
  // Reads the session again: returns it if another process has changed it, else marks it as refused and
  // throws.
  [[nodiscard]] Credentials adopt_or_refuse(const Credentials& current, Refusal::Reason reason,
                                            std::optional<int> status);
  void mark_refused(Credentials current, Refusal::Reason reason);
  [[nodiscard]] ClientRegistration registration_for(const Credentials& credentials) const;
  [[nodiscard]] Outcome other_account(const Credentials& current, const Credentials& next,
                                      const ClientRegistration& client, const oauth::ServerMetadata& server);

  Vault& m_vault;
  const Server& m_server;
  Platform& m_platform;
  const AskSecret& m_ask;
};

// Error{sign_in_needed} that says why a session can no longer be refreshed.
[[nodiscard]] Error refusal_error(const Refusal& refusal, const std::string& profile);

} // namespace chutes::session
