// Signing in: the authorization code flow (RFC 6749 §4.1) of a native app (RFC 8252) with PKCE (RFC 7636).
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/platform.hpp"
#include "session/vault.hpp"

#include <chrono>
#include <optional>

namespace chutes::session {

struct SignInOptions {
  oauth::Scope scope;
  std::chrono::seconds timeout{std::chrono::minutes{5}}; // of the wait for the browser
  bool open_browser = true;
  bool accept_paste = true;          // also read the response from the terminal
  bool public_client = false;        // continue without a client secret
  std::optional<std::uint16_t> port; // only the redirect URI with this port
};

// How to get to the sign-in page.
struct Invitation {
  Url start;             // the short address that the browser was started with, if `opened`
  Url authorization_url; // the address to open otherwise
  bool opened = false;
  bool paste = false; // the redirect can be pasted on the terminal
};

// Reports progress to the person who signs in. Throws only when a signal ends the wait.
class SignInGuide {
public:
  virtual ~SignInGuide() = default;
  virtual void invite(const Invitation& invitation) = 0; // the listener is ready
  virtual void waiting(std::chrono::seconds left) = 0;   // at least once a second
  // Once: no response has come within three seconds or half of the wait, which is longer than it takes a
  // person who is signed in to the service already. Returns what to do about it if something is known to keep
  // the sign-in page from opening, for the hint of a wait that ends without a response; else an empty text.
  [[nodiscard]] virtual std::string delayed(const Invitation& invitation) = 0;
  // Once: a browser was started without an error, but has not come to the start address in five seconds.
  virtual void unvisited(const Invitation& invitation) = 0;
  virtual void other_user() = 0; // once: rejected a connection from another user of this machine
  virtual void bad_paste(const std::string& reason) = 0; // the wait continues
  virtual void answered() = 0;                           // the wait is over
  // The profile holds a session of another account, which the new one would replace. Returns whether it may.
  virtual bool other_account(const Credentials& stored, const Credentials& fresh) = 0;
};

struct SignedIn {
  Credentials credentials;
  oauth::Scope missing;           // requested but not granted
  oauth::Scope unrequested;       // granted but not requested
  bool replaced_may_live = false; // the tokens of the session replaced here could not be revoked
};

// Signs in and stores the session and `client` in `vault`; revokes the session that was stored before. If
// that is another account's and the guide does not let it be replaced, revokes the new tokens and throws
// Error{not_authorized}. Throws
// Error before a browser opens if the keychain cannot be used, the client has no secret although the service
// requires one, or every registered port is taken. Whatever it throws, the listener is closed, and the old
// session is unchanged unless the new one has been stored.
[[nodiscard]] SignedIn sign_in(const SignInOptions& options, const ClientRegistration& client,
                               const oauth::ServerMetadata& server, Vault& vault, SignInGuide& guide,
                               Platform& platform);

} // namespace chutes::session
