// Text wrapped to the terminal's width: paragraphs, and names with explanations beside them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chutes::cli {

// Returns the width of a page on a terminal of `columns`: at most 100, because longer lines are hard to read.
[[nodiscard]] int page_width(int columns);

// Returns the words in lines of at most `columns`, each indented by `indent` spaces and ended by a newline. A
// longer word gets a line of its own and is not cut.
[[nodiscard]] std::string wrapped(std::string_view text, int columns, int indent);

using Explained = std::vector<std::pair<std::string, std::string>>; // a name and what it means

// Returns lines "  NAME   What it means" with all meanings in one column, or below their names if there is no
// room beside them. `name_columns` is the least width of the names, to align several lists.
[[nodiscard]] std::string explained_lines(const Explained& rows, int columns, int name_columns = 0);

} // namespace chutes::cli
