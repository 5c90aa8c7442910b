// The answers of the token endpoint (RFC 6749 §5.1, §5.2), read strictly: what is not exactly a token
// response or an error response is nonsense and ends the command.
#pragma once

#include "base/secret.hpp"
#include "oauth/scope.hpp"
#include "platform/http_client.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>

namespace chutes::oauth {

struct TokenResponse {
  Secret access_token;
  std::optional<Secret> refresh_token;
  std::optional<std::chrono::seconds> expires_in;
  std::optional<Scope> scope; // absent: as requested (RFC 6749 §5.1)
  std::optional<Secret> id_token;
  std::optional<Instant> date; // the server's clock when it answered (Date header), where it told
};

// An error response: the server understood and refused.
struct TokenRefusal {
  int status = 0;
  std::string error;       // one line, cleaned
  std::string description; // likewise; may be empty
};

using TokenAnswer = std::variant<TokenResponse, TokenRefusal>;

// Throws Error{limit} for a 429 and Error{service} for everything else (HTML, a truncated or wrongly typed
// document, a 5xx), never quoting the body.
[[nodiscard]] TokenAnswer read_token_answer(const HttpResponse& response);

} // namespace chutes::oauth
