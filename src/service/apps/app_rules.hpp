// The service's own limits on an app, applied before anything is sent, so that all that is wrong is said at
// once and in the caller's words. The service's answer stays the last word.
#pragma once

#include "service/apps/app.hpp"

#include <string>
#include <vector>

namespace chutes::service {

struct Violation {
  std::string field; // under the service's name
  std::string text;  // completes "field: …"

  friend bool operator==(const Violation&, const Violation&) = default;
};

enum class AppFieldsFor { creation, change };

// Every rule that `fields` break, in the order of the service's fields; empty: none. Whether scopes exist is
// not looked at here (see scopes.hpp).
[[nodiscard]] std::vector<Violation> violations(const AppFields& fields, AppFieldsFor purpose);

// "name: …; redirect_uris: …"
[[nodiscard]] std::string violations_text(const std::vector<Violation>& violations);

// What the service accepts and is likely to be a mistake, a sentence each: queries, fragments, repetitions,
// and plain http to other machines.
[[nodiscard]] std::vector<std::string> redirect_uri_warnings(const std::vector<std::string>& redirect_uris);

} // namespace chutes::service
