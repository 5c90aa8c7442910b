// The service's limits on an app, checked before a request is sent, so that all problems are reported at
// once. The service still has the final say.
#pragma once

#include "service/apps/app.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

struct Violation {
  std::string field; // under the service's name
  std::string text;  // completes "field: …"

  friend bool operator==(const Violation&, const Violation&) = default;
};

// Whether the service refuses a new app called `name` because of one called `existing`, of any account: it
// ignores case and white space at the ends of the new name, and matches '_' in it with any character. Of
// case, only that of ASCII letters is known here.
[[nodiscard]] bool name_collides(std::string_view name, std::string_view existing);

enum class AppFieldsFor { creation, change };

// Returns every rule that `fields` break, in the order of the service's fields; empty if there is none. Does
// not check whether scopes exist (see scopes.hpp).
[[nodiscard]] std::vector<Violation> violations(const AppFields& fields, AppFieldsFor purpose);

// Returns "name: …; redirect_uris: …".
[[nodiscard]] std::string violations_text(const std::vector<Violation>& violations);

// Returns a sentence for each URI that the service accepts but that is probably a mistake: one with a query
// or a fragment, a repeated one, or plain http to another machine. Each completes "the redirect URI …".
[[nodiscard]] std::vector<std::string> redirect_uri_warnings(const std::vector<std::string>& redirect_uris);

} // namespace chutes::service
