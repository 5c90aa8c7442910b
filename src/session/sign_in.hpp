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
  bool accept_paste = true;          // on a terminal, the address the browser ended on is taken as well
  bool public_client = false;        // go on without a client secret
  std::optional<std::uint16_t> port; // only the redirect URI with this port
};

// How the person gets to the sign-in page.
struct Invitation {
  Url start;             // the short address that the browser was started at, if `opened`
  Url authorization_url; // what to open otherwise
  bool opened = false;
  bool paste = false; // the redirect can be pasted on the terminal
};

// What the person is told on the way. Nothing here may throw but on a signal.
class SignInGuide {
public:
  virtual ~SignInGuide() = default;
  virtual void invite(const Invitation& invitation) = 0; // the listener waits
  virtual void waiting(std::chrono::seconds left) = 0;   // at least once a second
  virtual void other_user() = 0; // once: a connection of another user of this machine was turned away
  virtual void bad_paste(const std::string& reason) = 0; // a sentence; the wait goes on
  virtual void answered() = 0;                           // the answer is there, or will not come
};

struct SignedIn {
  Credentials credentials;
  oauth::Scope missing;           // requested but not granted
  bool replaced_may_live = false; // the server could not be told that the session replaced here has ended
};

// Signs in and keeps the session and the registration used in `vault`, replacing (and revoking) a session
// that was there. Stops before any browser opens when the keychain cannot be used, the client has no secret
// although the service wants one, or every registered port is taken. Throws Error; in every case no listener
// is left and an old session is untouched unless the new one is stored.
[[nodiscard]] SignedIn sign_in(const SignInOptions& options, const ClientRegistration& client,
                               const oauth::ServerMetadata& server, Vault& vault, SignInGuide& guide,
                               Platform& platform);

} // namespace chutes::session
