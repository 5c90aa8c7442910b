// Rows in columns: aligned under their headings on a terminal, separated by tabs and without headings in a
// pipe, where programs cut and sort them.
#pragma once

#include "platform/terminal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct Column {
  std::string title;
  bool right = false; // numbers stand on the right
};

using Row = std::vector<std::string>; // one text a column, one line each; foreign text is cleaned here

// `columns` is the terminal's width, absent in a pipe. Where a line would be too long, the widest columns of
// text are shortened, with "…", until something of the last column is seen, and that is cut.
[[nodiscard]] std::string table_text(const std::vector<Column>& heads, const std::vector<Row>& rows,
                                     std::optional<int> columns);

// The `columns` for a table on standard output.
[[nodiscard]] std::optional<int> table_columns(const Terminal& terminal);

} // namespace chutes::cli
