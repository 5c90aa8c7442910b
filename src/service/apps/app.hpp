// An OAuth client at the service ("app") as a value: what the service reports, and what it accepts.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

struct App {
  std::string app_id;    // identifies it in the management API
  std::string client_id; // identifies it in OAuth requests (RFC 6749 §2.2)
  std::string name;
  std::vector<std::string> redirect_uris; // at most 10, compared exactly
  std::optional<std::string> description{};
  std::optional<std::string> homepage_url{};
  std::optional<std::string> logo_url{};
  std::optional<bool> is_public{}; // listed for all accounts
  std::optional<bool> active{};    // an inactive app cannot be signed in to
  std::optional<long> refresh_token_lifetime_days{};
  std::shared_ptr<const Json> document{}; // the service's whole answer; set in every app read from it
};

// Throws Error{service} unless `document` holds an app id and a client id. Drops a client secret in it.
[[nodiscard]] App read_app(Json document);

// The fields of an app that can be set. Absent: at creation the service's default (public, active, 30 days),
// in a change the current value.
struct AppFields {
  std::optional<std::string> name{};
  std::optional<std::vector<std::string>> redirect_uris{};
  std::optional<std::string> description{};
  std::optional<std::string> homepage_url{};
  std::optional<std::string> logo_url{};
  std::optional<bool> is_public{};
  std::optional<bool> active{}; // in a change only
  std::optional<long> refresh_token_lifetime_days{};
  std::optional<std::vector<std::string>> scopes{}; // at creation only: the service cannot change them

  friend bool operator==(const AppFields&, const AppFields&) = default;
};

// Returns the current fields of an app, without its scopes, which the service does not report.
[[nodiscard]] AppFields fields_of(const App& app);

// `name` without the white space at its ends.
[[nodiscard]] std::string_view stripped(std::string_view name);

// Whether two names differ at most in the case of ASCII letters and in white space at their ends. At
// creation, the service takes such names for the same.
[[nodiscard]] bool is_same_name(std::string_view a, std::string_view b);

// Returns the apps that a person may mean by `name`: those of exactly that name, else those with the same
// name.
[[nodiscard]] std::vector<App> apps_named(std::vector<App> apps, const std::string& name);

// Returns the body of a creation or a change: the fields under the service's names, absent ones left out.
[[nodiscard]] Json fields_json(const AppFields& fields);

struct CreatedApp {
  App app;
  Secret client_secret; // the service shows it only once
};

// The answer to a request for a new secret.
struct RenewedSecret {
  std::string client_id;
  Secret client_secret;                 // the previous one no longer works
  std::shared_ptr<const Json> document; // without the secret
};

} // namespace chutes::service
