// The authorization response as a person pastes it: the address that the browser ended on when it could not
// reach the listener. The rules are those of a redirect, but errors are explained.
#pragma once

#include "oauth/redirection/authorization_response.hpp"
#include "oauth/redirection/redirect_uri.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace chutes::oauth {

// Why pasted text is not accepted; `reason` is for people and quotes nothing of it.
struct BadPaste {
  std::string reason;

  friend bool operator==(const BadPaste&, const BadPaste&) = default;
};

// Accepts the whole address or its query (`code=…&state=…`), with spaces or quotes around it, of at most 8
// KiB. The state is always required, because a code alone does not prove that it answers this sign-in.
[[nodiscard]] std::variant<AuthorizationResponse, BadPaste>
read_pasted_response(std::string_view pasted, const std::string& redirect_uri, const State& state,
                     const IssuerPolicy& issuer);

} // namespace chutes::oauth
