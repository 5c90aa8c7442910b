// Answers GET /chutes/, /chutes/{id or name} and /chutes/warmup/{id or name}.
#pragma once

#include "sandbox/world/catalogue.hpp"
#include "sandbox/world/sandbox_state.hpp"

namespace chutes::sandbox {

// Returns false if the path is not one of these routes.
[[nodiscard]] bool answer_catalogue(SandboxState& state, const Catalogue& catalogue,
                                    const httplib::Request& request, httplib::Response& response);

} // namespace chutes::sandbox
