// What an account has authorized: the apps that people signed in to with it, each with the scopes they
// agreed to. As for apps, the service wants an admin API key or a session with the scope `admin`.
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
  std::string created_at;               // as the service writes it; empty: not told
  std::shared_ptr<const Json> document; // all the service said
};

class Authorizations {
public:
  // As for Management. Whatever it says of failures holds for both calls.
  Authorizations(const Endpoints& endpoints, const Secret& credential, HttpClient& http)
      : m_management(endpoints, credential, http) {}

  [[nodiscard]] std::vector<Authorization> list() const; // all pages; revoked ones are left out
  // Every token of the app for this account dies, on all devices. The service's answer.
  Json revoke(const std::string& app_id) const;

private:
  Management m_management;
};

} // namespace chutes::service
