// GET /chutes/, /chutes/{id or name} and /chutes/warmup/{id or name}.
#pragma once

#include "sandbox/world/api_world.hpp"
#include "sandbox/world/catalogue.hpp"

namespace chutes::sandbox {

// False: the path is none of the catalogue's.
[[nodiscard]] bool answer_catalogue(ApiWorld& world, const Catalogue& catalogue,
                                    const httplib::Request& request, httplib::Response& response);

} // namespace chutes::sandbox
