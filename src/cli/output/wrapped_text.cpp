#include "cli/output/wrapped_text.hpp"

#include "base/terminal_text.hpp"

#include <algorithm>
#include <sstream>

namespace chutes::cli {
namespace {

constexpr int widest_page = 100;
constexpr int narrowest_page = 20;
constexpr int before_name = 2;
constexpr int longest_name_column = 26;
constexpr int narrowest_meaning = 36; // with less room, meanings go below their names
constexpr int below_indent = 6;

int width_of(std::string_view text) {
  return static_cast<int>(display_width(text));
}

int name_column(const Explained& rows, int at_least) {
  int widest = at_least;
  for (const auto& [name, meaning] : rows)
    if (width_of(name) <= longest_name_column)
      widest = std::max(widest, width_of(name));
  return before_name + widest + 2;
}

} // namespace

int page_width(int columns) {
  return std::clamp(columns, narrowest_page, widest_page);
}

std::string wrapped(std::string_view text, int columns, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  std::istringstream stream{std::string{text}};
  std::string lines;
  std::string line;
  for (std::string word; stream >> word;) {
    if (!line.empty() && indent + width_of(line) + 1 + width_of(word) > columns) {
      lines += margin + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? lines : lines + margin + line + "\n";
}

std::string explained_lines(const Explained& rows, int columns, int name_columns) {
  const int column = name_column(rows, name_columns);
  const bool beside = columns - column >= narrowest_meaning;
  std::string lines;
  for (const auto& [name, meaning] : rows) {
    const std::string head = std::string(before_name, ' ') + name;
    if (beside && width_of(head) + 2 <= column) {
      const auto text = wrapped(meaning, columns, column);
      lines += head + text.substr(std::min(text.size(), static_cast<std::size_t>(width_of(head))));
      lines += text.empty() ? "\n" : "";
    } else {
      lines +=
          wrapped(name, columns, before_name) + wrapped(meaning, columns, beside ? column : below_indent);
    }
  }
  return lines;
}

} // namespace chutes::cli
