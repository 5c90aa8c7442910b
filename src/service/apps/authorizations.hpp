// The apps that an account has authorized by signing in to them, each with the scopes it granted. As for
// apps, the service requires an admin API key or a session with the scope `admin`.
#pragma once

#include "service/apps/management.hpp"

#include <memory>
#include <string>
#include <vector>

namespace chutes::service {

struct Authorization {
  std::string app_id;
  std::string app_name;
  std::vector<std::string> scopes;
  std::string created_at;               // as the service writes it; empty if it gives none
  std::shared_ptr<const Json> document; // the service's whole answer
};

class Authorizations {
public:
  // As for Management. Both calls fail as its calls do.
  Authorizations(const Endpoints& endpoints, const Secret& credential, HttpClient& http)
      : m_management(endpoints, credential, http) {}

  [[nodiscard]] std::vector<Authorization> list() const; // all pages, without revoked ones
  // Revokes every token of the app for this account, on all devices. Returns the service's answer.
  Json revoke(const std::string& app_id) const;

private:
  Management m_management;
};

} // namespace chutes::service
