// Reads and validates the body of POST and PATCH /idp/apps, with the service's rules and error texts.
#pragma once

#include "sandbox/world/json_body.hpp"
#include "sandbox/world/records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::sandbox {

struct AppFields { // absent: missing or null, which keeps the current value
  std::optional<std::string> name, description, homepage_url, logo_url;
  std::optional<std::vector<std::string>> redirect_uris, allowed_scopes;
  std::optional<bool> active, is_public;
  std::optional<std::int64_t> refresh_token_lifetime_days;
};

enum class AppFieldsFor { creation, change };

// The fields are of use only if `body` then refuses nothing.
[[nodiscard]] AppFields read_app_fields(JsonBody& body, AppFieldsFor purpose);
// Sets every field except allowed_scopes.
void apply(const AppFields& fields, App& app);

// Returns the privileged ones, sorted.
[[nodiscard]] std::vector<std::string> privileged_of(const std::vector<std::string>& scopes);

} // namespace chutes::sandbox
