// Splits bytes, in pieces of any size, into lines.
#pragma once

#include "platform/json_lines_files.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chutes::on_linux {

class LineSplitter {
public:
  // Returns the lines that `bytes` completes; a line over `longest` is marked and has no text.
  explicit LineSplitter(std::size_t longest = longest_line) : m_longest(longest) {}
  [[nodiscard]] std::vector<InputLine> feed(std::string_view bytes);
  // Returns the last line if it has no end.
  [[nodiscard]] std::vector<InputLine> finish();

private:
  void hold(std::string_view bytes);
  [[nodiscard]] InputLine take();

  std::size_t m_longest;
  std::string m_partial;
  bool m_too_long = false;
};

} // namespace chutes::on_linux
