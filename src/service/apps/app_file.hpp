// Parses the file of `app apply`, which declares apps: JSON, one app or {"apps": […]}. Its JSON Schema, for
// editors, is packaging/chutes-apps.schema.json and states the same rules.
#pragma once

#include "service/apps/app.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

// Returns the apps in the file's order. Each has redirect URIs and a name that differs from the others' in
// more than its case and the blanks at its ends; fields that the file omits are absent. Every value is within
// the service's limits. Throws Error{usage} for anything else; the message is `file`, the line and column of
// a JSON syntax error or the path of a member ("apps[1].name"), and the problem.
[[nodiscard]] std::vector<AppFields> parse_app_file(std::string_view text, const std::string& file);

} // namespace chutes::service
