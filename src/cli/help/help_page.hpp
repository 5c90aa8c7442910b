// Renders the pages that --help prints, from the same table as manual pages and completions.
#pragma once

#include "cli/help/command_table.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// Returns the page of the command `name` (empty: the program itself) for a terminal of `columns`; `program`
// is the name the program was called by.
[[nodiscard]] std::string help_page(const std::string& name, const std::vector<CommandEntry>& table,
                                    const std::string& program, int columns);

// "[OPTIONS] [FILTER]": what follows the command's name in its usage line.
[[nodiscard]] std::string usage_of(const CommandEntry& entry, bool has_commands);

// "-q, --quiet" or "--usage[=PERIOD]"
[[nodiscard]] std::string spelling_of(const OptionWord& option);

} // namespace chutes::cli
