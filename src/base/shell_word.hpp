// Words of a POSIX shell's command line.
#pragma once

#include <string>
#include <string_view>

namespace chutes {

// Returns `text` as one word in single quotes: 'it'\''s'.
[[nodiscard]] std::string shell_quote(std::string_view text);

// Returns `text` as one word, in quotes only if it needs them.
[[nodiscard]] std::string shell_word(std::string_view text);

} // namespace chutes
