// Bytes into lines, whatever pieces they come in.
#pragma once

#include "platform/json_lines_files.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chutes::on_linux {

class LineSplitter {
public:
  // The lines that `bytes` completes; of one over `longest`, no more than the fact that it was there.
  explicit LineSplitter(std::size_t longest = longest_line) : m_longest(longest) {}
  [[nodiscard]] std::vector<InputLine> feed(std::string_view bytes);
  // The last line, where it has no end.
  [[nodiscard]] std::vector<InputLine> finish();

private:
  void hold(std::string_view bytes);
  [[nodiscard]] InputLine take();

  std::size_t m_longest;
  std::string m_partial;
  bool m_too_long = false;
};

} // namespace chutes::on_linux
