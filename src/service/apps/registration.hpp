// OAuth clients at the service ("apps"), as their owner registers, finds, changes and shares them. The
// service wants an admin API key for it, or a session with the scope `admin`.
#pragma once

#include "service/apps/app.hpp"
#include "service/apps/management.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

// Which apps a list holds. Those of others are left out unless asked for; inactive ones the service never
// lists.
struct AppFilter {
  std::string search{}; // in name or description, whatever the case; empty: all
  bool include_public = false;
  bool include_shared = false;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

class Registration {
public:
  // As for Management. Whatever it says of failures holds for every call below.
  Registration(const Endpoints& endpoints, const Secret& credential, HttpClient& http)
      : m_management(endpoints, credential, http) {}

  // The app with this app id or client id: one's own, public, or shared; also an inactive one. Absent if
  // there is none that the account may see.
  [[nodiscard]] std::optional<App> find(const std::string& id) const;
  // In the service's order, over all its pages.
  [[nodiscard]] std::vector<App> list(const AppFilter& filter) const;
  // One's own apps that a person may mean by `name`: those of exactly that name, else those that differ in
  // case only.
  [[nodiscard]] std::vector<App> named(const std::string& name) const;

  // Both secrets are shown this once; where an answer is lost on the way, the error's hint says what may have
  // happened and how to go on.
  [[nodiscard]] CreatedApp create(const AppFields& fields) const;
  [[nodiscard]] RenewedSecret regenerate_secret(const std::string& app_id) const;

  // Afterwards the app has the given fields, and keeps the others, those we do not know included. Scopes are
  // not sent: the service would take them and forget them.
  [[nodiscard]] App update(const std::string& app_id, const AppFields& changes) const;
  // Every authorization and token of the app goes with it. All below give the service's answer.
  Json remove(const std::string& app_id) const;
  Json share(const std::string& app_id, const std::string& user) const; // a user id or name
  Json unshare(const std::string& app_id, const std::string& user_id) const;
  [[nodiscard]] Json shares(const std::string& app_id) const; // an array of user_id, username, shared_at

private:
  Management m_management;
};

} // namespace chutes::service
