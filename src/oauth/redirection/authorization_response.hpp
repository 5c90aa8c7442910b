// The authorization response (RFC 6749 §4.1.2) and error response (§4.1.2.1): reads the query of a redirect,
// and accepts it only if it certainly answers our request.
#pragma once

#include "base/secret.hpp"
#include "oauth/state.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace chutes::oauth {

struct AuthorizationCode {
  Secret code;
};

struct AuthorizationError {
  std::string error;       // one line without control characters, at most 100 bytes
  std::string description; // likewise, at most 300; may be empty
};

// A response with our state from another server than the one that was asked, or from one that does not say
// which it is although it promised to: a mix-up (RFC 9207 §2.4).
struct ForeignResponse {
  std::string issuer; // one line, at most 200 bytes; empty: it names none
};

using AuthorizationResponse = std::variant<AuthorizationCode, AuthorizationError, ForeignResponse>;

// Which issuer the response must be from (RFC 9207 §2.4).
struct IssuerPolicy {
  std::string issuer;
  bool promised = false; // the server's metadata promises `iss` in every response
};

// Why a redirect is not our response; `reason` is for tests and logs and quotes nothing of the redirect.
struct NotOurs {
  std::string reason;
};

// Accepts a query that has our `state`, no parameter twice, and either `code` or `error`; the state is
// checked first. It is a ForeignResponse if `iss` does not equal the issuer byte for byte, or is absent
// though promised.
[[nodiscard]] std::variant<AuthorizationResponse, NotOurs>
validate_response(std::string_view query, const State& state, const IssuerPolicy& issuer);

} // namespace chutes::oauth
