// The responses of the token endpoint (RFC 6749 §5.1, §5.2), read strictly: anything but a valid token
// response or error response ends the command.
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
  std::optional<Instant> date; // the server's clock (Date header), if sent
};

// An error response.
struct TokenRefusal {
  int status = 0;
  std::string error;       // one line, without control characters
  std::string description; // likewise; may be empty
};

using TokenAnswer = std::variant<TokenResponse, TokenRefusal>;

// Reads a response. Throws Error{limit} for status 429 and Error{service} for anything invalid (HTML, a
// truncated or wrongly typed document, a 5xx status). Messages never quote the body.
[[nodiscard]] TokenAnswer read_token_answer(const HttpResponse& response);

} // namespace chutes::oauth
