// The routes of the service besides invocations. They answer on every host; all other paths and methods, a
// slash more or less included, go to the catch-all for invocations. Recorded from the service's published
// server code on 2026-11-27.
#pragma once

#include "sandbox/world/sandbox_state.hpp"

#include <string>
#include <string_view>

namespace chutes::sandbox {

// Whether one of the routes serves exactly this.
[[nodiscard]] bool is_routed(std::string_view method, std::string_view path);

// Answers /ping and /openapi.json; returns false for any other path.
[[nodiscard]] bool answer_server_facts(std::string_view path, httplib::Response& response);

// The catch-all on a host without chutes: 401 without a credential, 403 without the scope, else 404; for
// OPTIONS 405 with the method of the first route at this path. There is no other 405, and no redirect.
void answer_unrouted(SandboxState& state, const std::string& path, const httplib::Request& request,
                     httplib::Response& response);

} // namespace chutes::sandbox
