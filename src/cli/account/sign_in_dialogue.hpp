// What a sign-in says to the person on the way and at its end; shared by `login` and `setup`.
#pragma once

#include "cli/command/context.hpp"
#include "session/sign_in.hpp"

namespace chutes::cli {

// Signs in to the profile's vault as `client`, tells the person what to do and what came of it, and gives the
// result (the fields of `login --json`, or text). Throws as session::sign_in.
void sign_in_and_report(const session::SignInOptions& options, const session::ClientRegistration& client,
                        Context& context);

// Names the scopes the service is known to refuse, before a browser opens: it would say so only after the
// person pressed Allow. Throws Error{usage} for scopes that do not exist; `registered`: privileged ones are
// registered for this client and need no note.
void check_scope(const oauth::Scope& scope, bool registered, Context& context);

// The scopes asked for: `given` (each word may hold several), else CHUTES_OAUTH_SCOPES, else what suits the
// authorization server.
[[nodiscard]] oauth::Scope choose_scope(const std::vector<std::string>& given, Context& context);

} // namespace chutes::cli
