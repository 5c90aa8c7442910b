// The authorization response (RFC 6749 §4.1.2) and error response (§4.1.2.1), read from the query of a
// redirect and believed only when it is certainly the answer to our request.
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
  std::string error;       // one line, cleaned, at most 100 bytes
  std::string description; // likewise, at most 300; may be empty
};

using AuthorizationResponse = std::variant<AuthorizationCode, AuthorizationError>;

// Which issuer must have answered (RFC 9207 §2.4).
struct IssuerPolicy {
  std::string issuer;
  bool promised = false; // the server's metadata says that `iss` is always there
};

// Why a redirect is not our answer; `reason` is for tests and logs and holds nothing of the redirect.
struct NotOurs {
  std::string reason;
};

// Wants: our `state`, once and first of all; no parameter twice; `code` or `error`, one of them; `iss`, if
// there, equal to the issuer byte for byte, and there if promised.
[[nodiscard]] std::variant<AuthorizationResponse, NotOurs>
validate_response(std::string_view query, const State& state, const IssuerPolicy& issuer);

} // namespace chutes::oauth
