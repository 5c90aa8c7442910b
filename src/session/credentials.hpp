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

  // What a token response makes of a sign-in at `now`. An absent scope in the response means the requested
  // one was granted (RFC 6749 §5.1).
  [[nodiscard]] static Credentials issued(const oauth::TokenResponse& response, const oauth::Scope& requested,
                                          Instant now);

  // The same session after a refresh at `now`: the new pair, the old refresh token and scope where the
  // response names none (RFC 6749 §6), one generation on.
  [[nodiscard]] Credentials renewed(const oauth::TokenResponse& response, Instant now) const;

  // Whether the access token is good for `min_valid` more. Without a known expiry it is taken as good until
  // refused.
  [[nodiscard]] bool fresh(Instant now, std::chrono::seconds min_valid) const;

  friend bool operator==(const Credentials&, const Credentials&) = default;
};

// Versioned JSON, one line.
[[nodiscard]] Secret encode(const Credentials& credentials);
// Throws Error{keychain} if the text is not ours, is damaged, or was written by a newer version of the
// program.
[[nodiscard]] Credentials decode_credentials(const Secret& text);

} // namespace chutes::session
