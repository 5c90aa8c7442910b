// What --help prints: made of the same table as manual pages and completions.
#pragma once

#include "cli/help/command_table.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// The page of the command called `name` (empty: the program's own) for a terminal of `columns`; `program` is
// the name it was called by.
[[nodiscard]] std::string help_page(const std::string& name, const std::vector<CommandEntry>& table,
                                    const std::string& program, int columns);

// "[OPTIONS] [FILTER]": what stands behind a command's name.
[[nodiscard]] std::string usage_of(const CommandEntry& entry, bool has_commands);

// "-q, --quiet" or "--usage[=PERIOD]"
[[nodiscard]] std::string spelling_of(const OptionWord& option);

} // namespace chutes::cli
