// How commands print an app for people.
#pragma once

#include "cli/command/context.hpp"
#include "service/apps/app.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// Returns indented lines, one property each. `scopes`: those the app was created with, if known.
[[nodiscard]] std::string app_facts(const service::App& app,
                                    const std::optional<std::vector<std::string>>& scopes);

// "'Shop' (cid_…)"
[[nodiscard]] std::string app_title(const service::App& app);

// "'Shop'"
[[nodiscard]] std::string app_name(const service::App& app);

// Returns "2026-01-02 03:04 UTC" for a time as the service writes it; "?" for anything else.
[[nodiscard]] std::string time_text(const std::string& written);

} // namespace chutes::cli
