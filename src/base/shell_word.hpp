// Words of a POSIX shell's command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chutes {

// Returns `text` as one word in single quotes: 'it'\''s'.
[[nodiscard]] std::string shell_quote(std::string_view text);

// Returns `text` as one word, in quotes only if it needs them.
[[nodiscard]] std::string shell_word(std::string_view text);

// The command lines in `text`, which are separated by `separator`, each as the words that a shell makes of
// it: split at blanks, with quotes and backslashes, but nothing expanded. A line without words is left out,
// and so is one whose quote does not end.
[[nodiscard]] std::vector<std::vector<std::string>> split_command_lines(std::string_view text,
                                                                        char separator);

} // namespace chutes
