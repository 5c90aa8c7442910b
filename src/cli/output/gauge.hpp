// Shares of something as bars, for terminals.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// "[██████░░░░] 63 %" with a bar of `width` cells. `share` is taken between 0 and 1.
[[nodiscard]] std::string gauge(double share, int width);
// "$12.34", "-$0.50"
[[nodiscard]] std::string usd(double amount);

struct GaugeRow {
  std::string title;
  std::optional<double> share; // absent: nothing to draw
  std::string text;
};

// A line for each row, titles in a column. Bars only if `columns` is given, all of one width, so that the
// longest line fits; where there is no room for bars the share stands there as a number.
[[nodiscard]] std::string gauge_lines(const std::vector<GaugeRow>& rows, std::optional<int> columns);

} // namespace chutes::cli
