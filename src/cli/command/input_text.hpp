// Text that the user gives a command: as arguments, in a file, or on standard input.
#pragma once

#include "platform/terminal.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// Returns the file's content byte for byte. Throws Error{usage} naming `option` and the file if it cannot be
// read or is larger than `limit`.
inline constexpr std::size_t longest_file = 16U << 20U;  // bytes
inline constexpr std::size_t longest_body = 256U << 20U; // bytes of a body, or of a field of it: -d, -F
[[nodiscard]] std::string file_content(const std::string& path, const std::string& option,
                                       std::size_t limit = longest_file);

// Returns the text without a byte order mark in front: what a person wrote, as opposed to bytes to pass on.
[[nodiscard]] std::string text_file_content(const std::string& path, const std::string& option);
[[nodiscard]] std::string text_from_input(Terminal& terminal, std::size_t limit);

// Throws Error{usage} with the offset of the first invalid byte if `text` is not UTF-8, which JSON requires.
// `what` names the text: "the prompt".
void require_utf8(const std::string& text, const std::string& what);

// Returns `given`, or the text of the file if it is "@FILE" (at most 16 MiB). Throws as `file_content`.
[[nodiscard]] std::string text_or_file(const std::string& given, const std::string& option);

// Returns the words joined by spaces; `with_input`, input from a pipe or file follows after a blank line, or
// is the prompt if there are no words. Throws Error{usage} if the prompt is blank or not UTF-8.
[[nodiscard]] std::string prompt_text(const std::vector<std::string>& words, Terminal& terminal,
                                      bool with_input = true);

} // namespace chutes::cli
