// A session: the tokens, whose they are and when they expire, as one value that is stored as JSON.
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

// Why the refresh token of a session can no longer be used.
struct Refusal {
  enum class Reason {
    refused,       // the server rejected it
    answer_lost,   // it was used, but the connection broke before the response came
    process_ended, // it was used by a process that ended before it stored the response
    other_account, // it was used, and the response was for another account
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
  std::string sub;                   // empty until the server has named it
  std::string username;
  std::uint64_t generation = 1; // counts refreshes: a higher one is newer

  // The write-ahead mark: when a refresh of these tokens began, and the identity of the lock it holds (empty:
  // not known). A process that finds it while holding the same lock knows that the one that wrote it is
  // through or dead, and that the outcome of its request is unknown.
  std::optional<Instant> refreshing_since;
  std::string refreshing_under;
  std::optional<Refusal> refused; // the session is stored for display only, until the next sign-in
  // How far the server's clock was ahead of this machine's when the tokens were issued.
  std::optional<std::chrono::seconds> clock_skew;

  // The session that a token response to an authorization code starts. `now` is when the request was sent, so
  // that the expiry is early rather than late. Without a scope in the response, the requested one was granted
  // (RFC 6749 §5.1).
  [[nodiscard]] static Credentials issued(const oauth::TokenResponse& response, const oauth::Scope& requested,
                                          Instant now);

  // The same session after a refresh at `now`: the new tokens, the old refresh token and scope where the
  // response names none (RFC 6749 §6), and the next generation.
  [[nodiscard]] Credentials renewed(const oauth::TokenResponse& response, Instant now) const;

  // From issue to expiry; absent if the expiry is not known.
  [[nodiscard]] std::optional<std::chrono::seconds> lifetime() const;

  // Whether the access token is valid for at least `min_valid`. Without a known expiry it counts as valid
  // until the service rejects it. If the clock was set back to before the issue, it counts as expired.
  [[nodiscard]] bool fresh(Instant now, std::chrono::seconds min_valid) const;

  friend bool operator==(const Credentials&, const Credentials&) = default;
};

// Versioned JSON, one line.
[[nodiscard]] Secret encode(const Credentials& credentials);
// Throws UnreadableRecord, which names `profile`, if the text is damaged or was written by a newer version of
// the program.
[[nodiscard]] Credentials decode_credentials(const Secret& text, const std::string& profile = "default");

} // namespace chutes::session
