// The scopes that an app can be granted, which of them require registration, and their descriptions on the
// consent page.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

// Returns {name: description, …} as GET /idp/scopes lists them: without openid, which is grantable too.
[[nodiscard]] Json listed_scopes();
[[nodiscard]] bool is_grantable(const std::string& scope);
// Whether the scope is granted only to apps that have it among their allowed scopes.
[[nodiscard]] bool is_privileged(const std::string& scope);
// Returns the description on the consent page; the name itself for an unknown scope.
[[nodiscard]] std::string scope_description(const std::string& scope);

// Returns the scopes of a space-separated list, with repetitions, as the service keeps them.
[[nodiscard]] std::vector<std::string> split_scopes(std::string_view text);

} // namespace chutes::sandbox
