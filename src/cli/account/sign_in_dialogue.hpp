// The messages of a sign-in, during it and at its end; shared by `login` and `setup`.
#pragma once

#include "cli/command/context.hpp"
#include "session/sign_in.hpp"

namespace chutes::cli {

// Signs in with `client` and stores the session for the profile. Tells the user what to do, and prints the
// result (text, or the fields of `login --json`). Throws as session::sign_in.
void sign_in_and_report(const session::SignInOptions& options, const session::ClientRegistration& client,
                        Context& context);

// Checks the scopes before a browser opens, because the service refuses them only after the user has pressed
// Allow. Throws Error{usage} for unknown scopes, and prints a note about scopes that need registration unless
// they are `registered` for this client.
void check_scope(const oauth::Scope& scope, bool registered, Context& context);

// Returns the scopes to request: `given` (each string may hold several), else CHUTES_OAUTH_SCOPES, else the
// defaults for the authorization server.
[[nodiscard]] oauth::Scope choose_scope(const std::vector<std::string>& given, Context& context);

} // namespace chutes::cli
