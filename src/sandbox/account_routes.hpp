// GET /users/me and the routes below it.
#pragma once

#include "sandbox/world/api_world.hpp"

namespace chutes::sandbox {

// False: the path is none of the account's.
[[nodiscard]] bool answer_account(ApiWorld& world, const InvocationLedger& ledger,
                                  const httplib::Request& request, httplib::Response& response);

} // namespace chutes::sandbox
