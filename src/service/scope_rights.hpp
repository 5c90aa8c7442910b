// What the service's scopes allow.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

// Whether one of the scopes `held` allows what `scope` does: several scopes stand for the same right, and
// `admin` for every one. What `openid` is for, to learn whose token it is, the right to read the account
// includes.
[[nodiscard]] bool has_right_of(const std::vector<std::string>& held, std::string_view scope);

} // namespace chutes::service
