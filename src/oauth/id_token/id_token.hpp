// ID tokens (OpenID Connect Core §2): who has signed in, signed by the server.
#pragma once

#include "base/secret.hpp"
#include "base/time_text.hpp"
#include "oauth/id_token/signing_keys.hpp"
#include "oauth/userinfo.hpp"

#include <optional>
#include <string>

namespace chutes::oauth {

// What the token must match.
struct ExpectedIdToken {
  std::string issuer;               // from the server's metadata
  std::string client_id;            // ours
  std::optional<std::string> nonce; // from the authorization request
  Secret access_token;              // from the same token response
  Instant now{};
};

// Returns who the token says has signed in. Throws Error{not_authorized} unless it passes every check of
// OpenID Connect Core §3.1.3.7 and §3.1.3.8: signature, `iss`, `aud`, `azp`, `exp`, `iat`, `nbf` (clocks may
// differ by a minute), `nonce`, `at_hash`. Also throws what `keys` throws.
[[nodiscard]] UserInfo verify_id_token(const Secret& token, const ExpectedIdToken& expected,
                                       SigningKeys& keys);

// For a token that came with a refresh: throws Error{not_authorized} unless it is from the same issuer, for
// the same client and about the same subject (§12.2). Does not verify the signature, because the token came
// from the token endpoint itself over TLS (§3.1.3.7, 6), and ignores the clock, because the old tokens are
// used up.
void require_same_subject(const Secret& token, const std::string& issuer, const std::string& client_id,
                          const std::string& subject);

} // namespace chutes::oauth
