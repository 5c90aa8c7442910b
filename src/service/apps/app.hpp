// An OAuth client at the service ("app") as a value: what the service tells of it, and what it can be told.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

struct App {
  std::string app_id;    // names it in every change
  std::string client_id; // names it in the protocol (RFC 6749 §2.2)
  std::string name;
  std::vector<std::string> redirect_uris; // at most 10, compared letter by letter
  std::optional<std::string> description{};
  std::optional<std::string> homepage_url{};
  std::optional<std::string> logo_url{};
  std::optional<bool> is_public{}; // listed for everybody
  std::optional<bool> active{};    // an inactive one signs nobody in
  std::optional<long> refresh_token_lifetime_days{};
  std::shared_ptr<const Json> document{}; // all the service said, in its words; never null in what it gave
};

// Throws Error{service} unless `document` names an app id and a client id. A client secret in it is left out.
[[nodiscard]] App read_app(Json document);

// What the service can be told of an app. Absent: at creation the service's own default (public, active, 30
// days), in a change what it was before.
struct AppFields {
  std::optional<std::string> name{};
  std::optional<std::vector<std::string>> redirect_uris{};
  std::optional<std::string> description{};
  std::optional<std::string> homepage_url{};
  std::optional<std::string> logo_url{};
  std::optional<bool> is_public{};
  std::optional<bool> active{}; // in a change only
  std::optional<long> refresh_token_lifetime_days{};
  std::optional<std::vector<std::string>> scopes{}; // at creation only: the service never changes them

  friend bool operator==(const AppFields&, const AppFields&) = default;
};

// The fields under the service's names, absent ones left out: the body of a creation or a change.
[[nodiscard]] Json fields_json(const AppFields& fields);

struct CreatedApp {
  App app;
  Secret client_secret; // the service shows it this once
};

// What a new secret is answered with.
struct RenewedSecret {
  std::string client_id;
  Secret client_secret;                 // the one before it is dead
  std::shared_ptr<const Json> document; // without the secret
};

} // namespace chutes::service
