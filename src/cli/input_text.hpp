// Text a command is given: as words, in a file, or through standard input.
#pragma once

#include "platform/terminal.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// What the file holds (at most 16 MiB). Throws Error{usage} naming `option` if it cannot be read.
[[nodiscard]] std::string file_text(const std::string& path, const std::string& option, const char* hint);

// `given` itself, or what the file holds where it is "@FILE" (at most 16 MiB). Throws Error{usage} naming
// `option` if the file cannot be read.
[[nodiscard]] std::string text_or_file(const std::string& given, const std::string& option);

// The words joined by spaces; what comes through a pipe or file follows after a blank line, or is the prompt
// by itself. Throws Error{usage} if that leaves nothing but blanks.
[[nodiscard]] std::string prompt_text(const std::vector<std::string>& words, Terminal& terminal);

} // namespace chutes::cli
