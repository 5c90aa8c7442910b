// Generates completion scripts: the hand-written part (completions/) with the table of commands inserted.
#pragma once

#include "cli/help/command_table.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

enum class Shell { bash, zsh, fish };

[[nodiscard]] std::string completion_script(Shell shell, const std::vector<CommandEntry>& table);

// The tables alone, in each shell's syntax.
[[nodiscard]] std::string bash_table(const std::vector<CommandEntry>& table);
[[nodiscard]] std::string zsh_table(const std::vector<CommandEntry>& table);
[[nodiscard]] std::string fish_table(const std::vector<CommandEntry>& table);

// The hand-written parts, embedded when the program is built.
extern const char* const bash_runtime;
extern const char* const zsh_runtime;
extern const char* const fish_runtime;

} // namespace chutes::cli
