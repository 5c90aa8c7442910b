// What a sign-in ends with when the server's ID token cannot be believed.
#pragma once

#include "base/error.hpp"

#include <string>

namespace chutes::oauth {

// `reason` completes the sentence "the server's ID token cannot be trusted: it …".
[[nodiscard]] inline Error
untrusted_id_token(const std::string& reason,
                   const std::string& hint = "sign in again; if it stays so, tell whoever runs the server") {
  return Error{ErrorKind::not_authorized, "the server's ID token cannot be trusted: it " + reason, hint};
}

} // namespace chutes::oauth
