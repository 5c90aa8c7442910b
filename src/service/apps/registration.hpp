// Registers, finds, changes and shares OAuth clients at the service ("apps"). The service requires an admin
// API key or a session with the scope `admin`.
#pragma once

#include "service/apps/app.hpp"
#include "service/apps/management.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

// Which apps to list: the account's own, and others' on request. The service never lists inactive apps.
struct AppFilter {
  std::string search{}; // in name or description, ignoring case; empty: all
  bool include_public = false;
  bool include_shared = false;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

class Registration {
public:
  // As for Management. Every call below fails as its calls do.
  Registration(const Endpoints& endpoints, const Secret& credential, HttpClient& http)
      : m_management(endpoints, credential, http) {}

  // Returns the app with this app id or client id: the account's own, public or shared, even if inactive.
  // Absent if there is none that the account may see.
  [[nodiscard]] std::optional<App> find(const std::string& id) const;
  // Lists all pages, in the service's order.
  [[nodiscard]] std::vector<App> list(const AppFilter& filter) const;
  // Returns the account's own apps that a person may mean by `name`; see apps_named.
  [[nodiscard]] std::vector<App> named(const std::string& name) const;

  // The service shows both secrets only once. If the answer is lost, the error's hint says what may have
  // happened and what to do.
  [[nodiscard]] CreatedApp create(const AppFields& fields) const;
  [[nodiscard]] RenewedSecret regenerate_secret(const std::string& app_id) const;

  // Sets the given fields and keeps all others, including unknown ones. Does not send scopes: the service
  // would accept and ignore them.
  [[nodiscard]] App update(const std::string& app_id, const AppFields& changes) const;
  // Deletes the app with all its authorizations and tokens. This and the calls below return the service's
  // answer.
  Json remove(const std::string& app_id) const;
  Json share(const std::string& app_id, const std::string& user) const; // a user id or name
  Json unshare(const std::string& app_id, const std::string& user_id) const;
  [[nodiscard]] Json shares(const std::string& app_id) const; // an array of user_id, username, shared_at

private:
  Management m_management;
};

} // namespace chutes::service
