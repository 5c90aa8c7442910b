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
[[nodiscard]] ScopeVerdict validate_scopes(const std::vector<std::string>& scope, const Endpoints& endpoints,
                                           HttpClient& http);

// Whether the service grants this scope only to apps that registered it, which takes a role of its own.
[[nodiscard]] bool needs_registration(const std::string& scope);

struct OfferedScope {
  std::string name;
  std::string meaning;
  bool needs_registration = false;

  friend bool operator==(const OfferedScope&, const OfferedScope&) = default;
};

// What GET /idp/scopes lists, in the service's order, behind `openid`, which it grants without listing it.
// Throws as `service_error`, and Error{service} for an answer that is no list.
[[nodiscard]] std::vector<OfferedScope> list_scopes(const Endpoints& endpoints, HttpClient& http);

} // namespace chutes::service
