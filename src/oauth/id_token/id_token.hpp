// ID tokens (OpenID Connect Core §2): who has signed in, as the server puts its signature to it.
#pragma once

#include "base/secret.hpp"
#include "base/time_text.hpp"
#include "oauth/id_token/signing_keys.hpp"
#include "oauth/userinfo.hpp"

#include <optional>
#include <string>

namespace chutes::oauth {

// What the token must be the answer to.
struct ExpectedIdToken {
  std::string issuer;               // of the server's metadata
  std::string client_id;            // ours
  std::optional<std::string> nonce; // as it was sent
  Secret access_token;              // that came with it
  Instant now{};
};

// Who the token says has signed in. Throws Error{not_authorized} unless everything that OpenID Connect Core
// §3.1.3.7 and §3.1.3.8 want is so: signature, `iss`, `aud`, `azp`, `exp`, `iat`, `nbf` (a clock may be wrong
// by a minute), `nonce`, `at_hash`; and what `keys` throws.
[[nodiscard]] UserInfo verify_id_token(const Secret& token, const ExpectedIdToken& expected,
                                       SigningKeys& keys);

// For a token that came with a refresh: throws Error{not_authorized} unless it is the same server's for the
// same client about the same subject (§12.2). The signature is not asked for: the token came from the token
// endpoint itself over TLS (§3.1.3.7, 6), and the clock is not looked at, because the old tokens are spent.
void require_same_subject(const Secret& token, const std::string& issuer, const std::string& client_id,
                          const std::string& subject);

} // namespace chutes::oauth
