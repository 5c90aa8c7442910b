// Tables: aligned in columns with headings on a terminal; separated by tabs, without headings, in a pipe.
#pragma once

#include "platform/terminal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct Column {
  std::string title;
  bool right = false; // aligned to the right, for numbers
};

using Row = std::vector<std::string>; // one text per column; control characters and line breaks are removed

// Returns the table. `columns` is the terminal's width, absent in a pipe. If a line would be too long,
// shortens the widest text columns with "…" until there is room for a part of the last column, which is cut.
[[nodiscard]] std::string table_text(const std::vector<Column>& heads, const std::vector<Row>& rows,
                                     std::optional<int> columns);

// Returns the terminal's width if standard output is a terminal: the `columns` of tables and charts.
[[nodiscard]] std::optional<int> table_columns(const Terminal& terminal);

} // namespace chutes::cli
