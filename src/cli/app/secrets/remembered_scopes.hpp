// The scopes that apps were created with. The service does not return them later, so this program remembers
// those of the apps it created, in $XDG_STATE_HOME/chutes-login. A convenience: it never fails a command.
#pragma once

#include "cli/command/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

void remember_scopes(const std::string& app_id, const std::vector<std::string>& scopes,
                     Context& context) noexcept;
void forget_scopes(const std::string& app_id, Context& context) noexcept;

// Absent: the app was created elsewhere, or the file cannot be read.
[[nodiscard]] std::optional<std::vector<std::string>> remembered_scopes(const std::string& app_id,
                                                                        Context& context) noexcept;

// Returns the ids of all apps that this program created at this service, including deleted ones.
[[nodiscard]] std::vector<std::string> apps_with_remembered_scopes(Context& context) noexcept;

} // namespace chutes::cli
