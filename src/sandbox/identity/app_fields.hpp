// Parses and validates the body of POST and PATCH /idp/apps, with the service's rules and error texts.
#pragma once

#include "sandbox/world/records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace httplib {
struct Response;
}

namespace chutes::sandbox {

struct AppFields { // absent: missing or null, which keeps the current value
  std::optional<std::string> name, description, homepage_url, logo_url;
  std::optional<std::vector<std::string>> redirect_uris, allowed_scopes;
  std::optional<bool> active, is_public;
  std::optional<std::int64_t> refresh_token_lifetime_days;
};

enum class AppFieldsFor { creation, change };

// Returns nothing after answering 422 to an invalid body. Ignores unknown members, as the service does.
[[nodiscard]] std::optional<AppFields> read_app_fields(const std::string& body, AppFieldsFor purpose,
                                                       httplib::Response& response);
// Sets every field except allowed_scopes.
void apply(const AppFields& fields, App& app);

// Returns the `user_id_or_name` of a share request, or nothing after answering 422.
[[nodiscard]] std::optional<std::string> read_share_request(const std::string& body,
                                                            httplib::Response& response);

// Compares names as the service's database does: ignoring case, and '_' in `candidate` matches any character.
[[nodiscard]] bool same_name(const std::string& stored, const std::string& candidate);
[[nodiscard]] bool matches_search(const App& app, const std::string& search);
[[nodiscard]] std::vector<std::string> privileged_of(const std::vector<std::string>& scopes);

} // namespace chutes::sandbox
