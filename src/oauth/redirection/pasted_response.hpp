// The authorization response as a person pastes it: the address their browser ended on, when that browser
// could not reach us. Judged by the same rule as a redirect, but a person can be told what is wrong.
#pragma once

#include "oauth/redirection/authorization_response.hpp"
#include "oauth/redirection/redirect_uri.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace chutes::oauth {

// Why what was pasted is of no use; `reason` is a sentence for the person and holds nothing of the paste.
struct BadPaste {
  std::string reason;

  friend bool operator==(const BadPaste&, const BadPaste&) = default;
};

// Takes the whole address, or its query (`code=…&state=…`), with blanks or quotes around it; 8 KiB at most.
// The state is always required: a code alone could be anybody's.
[[nodiscard]] std::variant<AuthorizationResponse, BadPaste>
read_pasted_response(std::string_view pasted, const std::string& redirect_uri, const State& state,
                     const IssuerPolicy& issuer);

} // namespace chutes::oauth
