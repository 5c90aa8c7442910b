#include "cli/output/table.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_text = 200; // bytes
constexpr std::size_t between = 2;        // blanks
constexpr std::size_t narrowest = 12;     // a column is not shortened below this

std::vector<std::size_t> widths_of(const std::vector<Column>& heads, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  widths.reserve(heads.size());
  for (const auto& head : heads)
    widths.push_back(display_width(head.title));
  for (const auto& row : rows)
    for (std::size_t i = 0; i < widths.size() && i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  return widths;
}

// The widest column that may be shortened: not one of numbers, not the last, and not one that is narrow.
std::size_t* widest_of(std::vector<std::size_t>& widths, const std::vector<Column>& heads) {
  std::size_t* widest = nullptr;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i)
    if (!heads[i].right && widths[i] > narrowest && (widest == nullptr || widths[i] > *widest))
      widest = &widths[i];
  return widest;
}

// Shortens the widest columns until the last column has some room too.
void make_room(std::vector<std::size_t>& widths, const std::vector<Column>& heads, std::size_t columns) {
  std::size_t wanted = std::min(widths.back(), narrowest);
  for (std::size_t i = 0; i + 1 < widths.size(); ++i)
    wanted += widths[i] + between;
  for (auto* widest = widest_of(widths, heads); wanted > columns && widest != nullptr;
       widest = widest_of(widths, heads), --wanted)
    --*widest;
}

// The text in at most `width` columns, with "…" for the rest.
std::string shortened(const std::string& text, std::size_t width) {
  if (display_width(text) <= width)
    return text;
  return std::string{first_columns(text, width - 1)} + "…";
}

std::string line_of(const Row& row, const std::vector<Column>& heads,
                    const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto text = shortened(row[i], widths[i]);
    const std::string blanks(widths[i] - display_width(text), ' ');
    line += heads[i].right ? blanks + text : text + blanks;
    line.append(between, ' ');
  }
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

Row cleaned(const Row& row) {
  Row result;
  result.reserve(row.size());
  for (const auto& text : row)
    result.push_back(one_line(text, longest_text));
  return result;
}

} // namespace

std::string table_text(const std::vector<Column>& heads, const std::vector<Row>& rows,
                       std::optional<int> columns) {
  std::vector<Row> clean;
  clean.reserve(rows.size());
  for (const auto& row : rows)
    clean.push_back(cleaned(row));
  std::string text;
  if (!columns) {
    for (const auto& row : clean)
      text += join(row, "\t") + "\n";
    return text;
  }
  Row titles;
  for (const auto& head : heads)
    titles.push_back(head.title);
  auto widths = widths_of(heads, clean);
  make_room(widths, heads, static_cast<std::size_t>(*columns));
  clean.insert(clean.begin(), titles);
  for (const auto& row : clean)
    text.append(first_columns(line_of(row, heads, widths), static_cast<std::size_t>(*columns))) += '\n';
  return text;
}

std::optional<int> table_columns(const Terminal& terminal) {
  return terminal.output_is_terminal() ? std::optional{terminal.width()} : std::nullopt;
}

} // namespace chutes::cli
