// Which scopes the service can grant (its list, and the ones it keeps for registered clients).
#pragma once

#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

#include <string>
#include <vector>

namespace chutes::service {

struct ScopeVerdict {
  std::vector<std::string> unknown;    // the service refuses them whatever the client
  std::vector<std::string> privileged; // granted only to a client that registered them
};

// Asks GET /idp/scopes only if `scope` holds something beyond what every account is known to grant. When the
// list cannot be had, nothing is called unknown: the service's own answer comes later.
[[nodiscard]] ScopeVerdict judge_scopes(const std::vector<std::string>& scope, const Endpoints& endpoints,
                                        HttpClient& http);

} // namespace chutes::service
