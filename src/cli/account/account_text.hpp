// A session as commands show it: the same facts for `login`, `refresh` and `status`.
#pragma once

#include "base/json_fields.hpp"
#include "session/credentials.hpp"
#include "store/store_choice.hpp"

#include <string>

namespace chutes::cli {

// profile, username, sub, scope, expires_at, expires_in, refresh_token (is there one), store.
[[nodiscard]] Json session_json(const session::Credentials& credentials, const std::string& profile,
                                store::StoreKind store, Instant now);
// "in 59 minutes (2026-11-23T13:00:00Z)"; "when the service says so" if it is not known.
[[nodiscard]] std::string expiry_text(const session::Credentials& credentials, Instant now);
// The name, or the account id, or "somebody the service did not name".
[[nodiscard]] std::string who(const session::Credentials& credentials);

} // namespace chutes::cli
