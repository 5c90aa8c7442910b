// The file of `app apply`: what one's apps should be. JSON, one app or {"apps": […]}; the schema that an
// editor checks it with is packaging/chutes-apps.schema.json, and says the same as the rules here.
#pragma once

#include "service/apps/app.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

// The apps in the file's order. Each has a name that differs from the others' in more than its case, redirect
// URIs, and whatever else the file says of it; what it does not say is absent. Every value keeps the
// service's limits. Throws Error{usage} for all else: `file`, what the file is called, then the line and
// column where it is no JSON, or the path of the member ("apps[1].name"), then what is wrong with it.
[[nodiscard]] std::vector<AppFields> parse_app_file(std::string_view text, const std::string& file);

} // namespace chutes::service
