// A session as `login`, `refresh` and `status` show it.
#pragma once

#include "base/json_fields.hpp"
#include "session/credentials.hpp"
#include "store/store_choice.hpp"

#include <string>

namespace chutes::cli {

// Returns profile, username, sub, scope, expires_at, expires_in, refresh_token (whether there is one) and
// store.
[[nodiscard]] Json session_json(const session::Credentials& credentials, const std::string& profile,
                                store::StoreKind store, Instant now);
// Returns when the access token expires: "in 59 minutes (2026-11-23T13:00:00Z)", or "at an unknown time".
[[nodiscard]] std::string expiry_text(const session::Credentials& credentials, Instant now);
// Returns the user name, else the account id, else "an account the service did not name".
[[nodiscard]] std::string who(const session::Credentials& credentials);

} // namespace chutes::cli
