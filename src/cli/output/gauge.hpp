// Shares as bars, for terminals.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// Returns "[██████░░░░] 63 %" with a bar of `width` cells. Takes a share below 0 as 0 and one above 1 as 1.
[[nodiscard]] std::string gauge(double share, int width);

struct GaugeRow {
  std::string title;
  std::optional<double> share; // absent if there is no bar to draw
  std::string text;
};

// Returns a line for each row, with the titles in a column. If `columns`, a terminal's width, is given, draws
// bars of one width that fits the longest line, or prints the shares as numbers if there is no room for bars.
[[nodiscard]] std::string gauge_lines(const std::vector<GaugeRow>& rows, std::optional<int> columns);

} // namespace chutes::cli
