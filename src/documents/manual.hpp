// Generates the manual pages, in mdoc(7), from the table of commands and hand-written prose. What the table
// knows is never written by hand, and a command without prose has a section all the same.
#pragma once

#include "cli/help/command_table.hpp"

#include <functional>
#include <string>
#include <vector>

namespace chutes::documents {

// Returns the hand-written prose of a command, as mdoc; empty if there is none.
using Prose = std::function<std::string(const std::string& command)>;

// The name of the page that describes a group of commands: "chutes-login-session".
[[nodiscard]] std::string page_name(const std::string& group);

// The groups in the order of the help page.
[[nodiscard]] std::vector<std::string> groups_of(const std::vector<cli::CommandEntry>& table);

// The page of one group. `date` has mdoc's form ("November 23, 2026").
[[nodiscard]] std::string group_page(const std::string& group, const std::vector<cli::CommandEntry>& table,
                                     const Prose& prose, const std::string& date);

// The program's own page: `frame` with its marks replaced, each of which is a line of its own (@COMMANDS@,
// @OPTIONS@, @ENVIRONMENT@, @FILES@, @EXIT_STATUS@, @PAGES@), except @DATE@.
[[nodiscard]] std::string main_page(std::string frame, const std::vector<cli::CommandEntry>& table,
                                    const std::string& date);

} // namespace chutes::documents
