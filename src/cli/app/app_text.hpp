// An app as commands show it to people.
#pragma once

#include "cli/command/context.hpp"
#include "service/apps/app.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// Indented lines, one fact each. `scopes`: what it was created with, where that is known.
[[nodiscard]] std::string app_facts(const service::App& app,
                                    const std::optional<std::vector<std::string>>& scopes);

// "'Shop' (cid_…)"
[[nodiscard]] std::string app_title(const service::App& app);

// Its name alone, quoted.
[[nodiscard]] std::string app_name(const service::App& app);

// "2026-01-02 03:04" of a time the service wrote; "?" for what is none.
[[nodiscard]] std::string time_text(const std::string& written);

} // namespace chutes::cli
