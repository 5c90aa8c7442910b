// Text for people in lines that fit: paragraphs, and names with their explanations beside them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chutes::cli {

// The width that pages are laid out for on a terminal of `columns`: lines longer than about a hundred are
// hard to read.
[[nodiscard]] int page_width(int columns);

// Words in lines of at most `columns`, each begun by `indent` blanks; ends in a newline. A word that is
// longer stands alone and is not cut.
[[nodiscard]] std::string wrapped(std::string_view text, int columns, int indent);

using Explained = std::vector<std::pair<std::string, std::string>>; // a name and what it means

// "  NAME   What it means" with all meanings in one column, below their names where there is no room beside
// them. `name_columns`: the room that names have at least, for lists that stand below each other.
[[nodiscard]] std::string explained_lines(const Explained& rows, int columns, int name_columns = 0);

} // namespace chutes::cli
