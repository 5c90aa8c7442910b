// The scopes that the service can grant, and those it grants only to clients that registered them.
#pragma once

#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

#include <string>
#include <vector>

namespace chutes::service {

struct ScopeVerdict {
  std::vector<std::string> unknown;    // the service refuses them for every client
  std::vector<std::string> privileged; // granted only to clients that registered them
  bool unlisted = false;               // the list was required and is not available
};

// Requests GET /idp/scopes only if `scope` holds more than the scopes that are always granted. If the list is
// not available, reports no scope as unknown and leaves the decision to the service.
[[nodiscard]] ScopeVerdict validate_scopes(const std::vector<std::string>& scope, const Endpoints& endpoints,
                                           HttpClient& http);

// Whether the service grants this scope only to apps that registered it, which requires a special role.
[[nodiscard]] bool needs_registration(const std::string& scope);

struct OfferedScope {
  std::string name;
  std::string meaning;
  bool needs_registration = false;

  friend bool operator==(const OfferedScope&, const OfferedScope&) = default;
};

// Returns the scopes of GET /idp/scopes, in the service's order, after `openid`, which the service grants
// without listing it. Throws `service_error` for a refusal, Error{service} for an answer that is not a list.
[[nodiscard]] std::vector<OfferedScope> list_scopes(const Endpoints& endpoints, HttpClient& http);

} // namespace chutes::service
