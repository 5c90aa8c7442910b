// How the service compares the names of apps, which are unique across all accounts.
#pragma once

#include <string_view>

namespace chutes::service {

// Whether both are one name to the service, which does not look at the case of ASCII letters.
[[nodiscard]] bool same_but_for_case(std::string_view a, std::string_view b);

// Whether the service would refuse a new app called `name` because of one called `existing`: it takes '_' in
// the new name for any character.
[[nodiscard]] bool stands_in_the_way(std::string_view existing, std::string_view name);

} // namespace chutes::service
