#include "cli/output/gauge.hpp"

#include "base/number_text.hpp"
#include "base/terminal_text.hpp"

#include <algorithm>
#include <cmath>

namespace chutes::cli {
namespace {

constexpr int title_columns = 17;
constexpr int shortest_bar = 5;
constexpr int longest_bar = 40;

double bounded(double share) {
  return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 1.0;
}

std::string padded(std::string text, std::size_t columns) {
  const auto width = display_width(text);
  return text.append(width < columns ? columns - width : 0, ' ');
}

// The width of a bar that leaves room for the longest text beside one; 0 if there is no room for bars.
int bar_width(const std::vector<GaugeRow>& rows, int columns) {
  constexpr int around_bar = 10; // "[", "] 100 %" and two spaces
  int widest = 0;
  for (const auto& row : rows)
    if (row.share)
      widest = std::max(widest, static_cast<int>(display_width(row.text)));
  const int room = columns - title_columns - around_bar - widest;
  return room < shortest_bar ? 0 : std::min(room, longest_bar);
}

std::string share_text(double share, int width) {
  constexpr std::size_t percent_columns = 5; // "100 %"
  if (width == 0)
    return padded(percent(share), percent_columns + 2);
  return padded(gauge(share, width), static_cast<std::size_t>(width) + 3 + percent_columns + 2);
}

} // namespace

std::string gauge(double share, int width) {
  const int filled = static_cast<int>(std::lround(bounded(share) * width));
  std::string bar = "[";
  for (int i = 0; i < width; ++i)
    bar += i < filled ? "█" : "░";
  return bar + "] " + percent(share);
}

std::string gauge_lines(const std::vector<GaugeRow>& rows, std::optional<int> columns) {
  const int width = columns ? bar_width(rows, *columns) : 0;
  std::string lines;
  for (const auto& row : rows) {
    lines += padded(row.title, title_columns);
    if (columns && row.share)
      lines += share_text(*row.share, width);
    lines += row.text + "\n";
  }
  return lines;
}

} // namespace chutes::cli
