// Signing in: the authorization code flow (RFC 6749 §4.1) of a native app (RFC 8252) with PKCE (RFC 7636),
// top to bottom.
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/platform.hpp"
#include "session/vault.hpp"

#include <chrono>
#include <optional>

namespace chutes::session {

struct SignInOptions {
  oauth::Scope scope;
  std::chrono::seconds patience{std::chrono::minutes{5}}; // for the person in the browser
  bool open_browser = true;
  bool public_client = false;        // go on without a client secret
  std::optional<std::uint16_t> port; // only the redirect URI with this port
};

// What the person is told on the way. Nothing here may throw but on a signal.
class SignInGuide {
public:
  virtual ~SignInGuide() = default;
  // The listener waits. `opened`: the browser was started at `start`; otherwise the person must open
  // `authorization_url`.
  virtual void invite(const Url& start, const Url& authorization_url, bool opened) = 0;
  virtual void waiting(std::chrono::seconds left) = 0; // about once a second
  virtual void answered() = 0;                         // the browser came back
};

struct SignedIn {
  Credentials credentials;
  oauth::Scope missing; // requested but not granted
};

// Signs in and keeps the session and the registration used in `vault`, replacing (and revoking) a session
// that was there. Stops before any browser opens when the keychain cannot be used, the client has no secret
// although the service wants one, or every registered port is taken. Throws Error; in every case no listener
// is left and an old session is untouched unless the new one is stored.
[[nodiscard]] SignedIn sign_in(const SignInOptions& options, const ClientRegistration& client,
                               const oauth::ServerMetadata& server, Vault& vault, SignInGuide& guide,
                               Platform& platform);

} // namespace chutes::session
