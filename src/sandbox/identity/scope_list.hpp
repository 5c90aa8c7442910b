// The scopes an application can be granted, which of them need registration, and what the consent page says
// of each.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

// {name: description, …} as GET /idp/scopes lists them: without openid, which is grantable all the same.
[[nodiscard]] Json listed_scopes();
[[nodiscard]] bool is_grantable(const std::string& scope);
// Granted only to an application that has it among its allowed scopes.
[[nodiscard]] bool is_privileged(const std::string& scope);
// What the consent page says of it; the name itself if nothing better is known.
[[nodiscard]] std::string scope_description(const std::string& scope);

[[nodiscard]] std::vector<std::string> split_scopes(std::string_view text);
[[nodiscard]] std::string join_scopes(const std::vector<std::string>& scopes);

} // namespace chutes::sandbox
