// Answers GET /users/me and the routes below it, and the same for /users/{id or name}, which everyone may ask
// of the own account only. Recorded from the service's published server code on 2026-11-27.
#pragma once

#include "sandbox/world/sandbox_state.hpp"

namespace chutes::sandbox {

// Returns false if the path is not one of these routes.
[[nodiscard]] bool answer_account(SandboxState& state, const InvocationLedger& ledger,
                                  const httplib::Request& request, httplib::Response& response);

} // namespace chutes::sandbox
