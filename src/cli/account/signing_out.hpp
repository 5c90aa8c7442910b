// Ends a profile's session, for `logout` and `profile remove`: revokes its tokens at the server, then removes
// it from the store, even if the server cannot be reached.
#pragma once

#include "base/error.hpp"
#include "cli/command/context.hpp"

#include <string>

namespace chutes::cli {

enum class SignOutResult {
  revoked,
  not_revoked,   // the server may still accept the tokens
  not_revocable, // likewise, because it does not offer to revoke them; the user has been notified
  not_signed_in,
};
enum class Keep {
  registration, // for the next sign-in
  nothing,
};

// Signs `profile` out at the context's authorization server. Throws Error{keychain}, and what ends every
// command.
[[nodiscard]] SignOutResult sign_out(const std::string& profile, Keep keep, Context& context);

// Returns the error that a command ends with after `not_revoked`.
[[nodiscard]] Error not_revoked_error();

} // namespace chutes::cli
