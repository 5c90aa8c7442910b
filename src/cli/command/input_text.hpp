// Text a command is given: as words, in a file, or through standard input.
#pragma once

#include "platform/terminal.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// What the file holds, byte for byte. Throws Error{usage} naming `option` and the file if it cannot be read
// or holds more than `limit`.
inline constexpr std::size_t longest_file = 16U << 20U; // bytes
[[nodiscard]] std::string file_content(const std::string& path, const std::string& option,
                                       std::size_t limit = longest_file);

// Throws Error{usage} that says where, if `text` is not UTF-8, which JSON has to be. `what` begins the
// sentence: "the prompt".
void require_utf8(const std::string& text, const std::string& what);

// `given` itself, or what the file holds where it is "@FILE" (at most 16 MiB). Throws Error{usage} naming
// `option` if the file cannot be read.
[[nodiscard]] std::string text_or_file(const std::string& given, const std::string& option);

// The words joined by spaces; what comes through a pipe or file follows after a blank line, or is the prompt
// by itself. Throws Error{usage} if that leaves nothing but blanks, or is not UTF-8.
[[nodiscard]] std::string prompt_text(const std::vector<std::string>& words, Terminal& terminal);

} // namespace chutes::cli
