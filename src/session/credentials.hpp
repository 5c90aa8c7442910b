// What being signed in consists of: the tokens, whose they are and until when, as one value that is kept as
// JSON.
#pragma once

#include "base/secret.hpp"
#include "base/time_text.hpp"
#include "oauth/scope.hpp"
#include "oauth/token_response.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace chutes::session {

// Why the refresh token of a session is of no use any more.
struct Refusal {
  enum class Reason {
    refused,       // the server said so
    answer_lost,   // it was spent, but the connection broke before the answer came
    process_ended, // it was spent by a process that ended before it stored the answer
    other_account, // it was spent, and what came was somebody else's
  };
  Reason reason = Reason::refused;
  Instant at{};

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

struct Credentials {
  std::string issuer;    // the authorization server that issued the tokens
  std::string client_id; // the client they were issued to
  Secret access_token;
  std::optional<Secret> refresh_token;
  oauth::Scope scope; // granted, not requested
  Instant issued_at{};
  std::optional<Instant> expires_at; // absent: the server did not say
  std::string sub;                   // empty until the server has told who this is
  std::string username;
  std::uint64_t generation = 1; // counts refreshes: a higher one is newer

  // The write-ahead mark: since when a refresh of these very tokens has been under way. Where it is still
  // found under the lock, the process that left it is dead, and nobody knows what the server has done.
  std::optional<Instant> refreshing_since;
  std::optional<Refusal> refused; // the session is kept for who looks at it, and only a sign-in mends it
  // How far the server's clock was ahead of this computer's when the tokens were issued.
  std::optional<std::chrono::seconds> clock_skew;

  // What a token response makes of a sign-in. `now` is when it was asked for: tokens that end too early do no
  // harm. An absent scope in the response means the requested
  // one was granted (RFC 6749 §5.1).
  [[nodiscard]] static Credentials issued(const oauth::TokenResponse& response, const oauth::Scope& requested,
                                          Instant now);

  // The same session after a refresh at `now`: the new pair, the old refresh token and scope where the
  // response names none (RFC 6749 §6), one generation on.
  [[nodiscard]] Credentials renewed(const oauth::TokenResponse& response, Instant now) const;

  // From issue to expiry; absent if the expiry is not known.
  [[nodiscard]] std::optional<std::chrono::seconds> lifetime() const;

  // Whether the access token is good for `min_valid` more. Without a known expiry it is taken as good until
  // refused. A clock that was set back to before the issue tells nothing, and the token counts as due.
  [[nodiscard]] bool fresh(Instant now, std::chrono::seconds min_valid) const;

  friend bool operator==(const Credentials&, const Credentials&) = default;
};

// Versioned JSON, one line.
[[nodiscard]] Secret encode(const Credentials& credentials);
// Throws Error{keychain} if the text is not ours, is damaged, or was written by a newer version of the
// program.
[[nodiscard]] Credentials decode_credentials(const Secret& text);

} // namespace chutes::session
