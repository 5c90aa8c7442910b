// Where the results of a batch go: a line each, whole, at once or in the order of the input.
#pragma once

#include "platform/json_lines_files.hpp"
#include "platform/terminal.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace chutes::cli {

class BatchOutput {
public:
  // Without `file` they go to standard output; `filtered` says whether escape sequences are neutralised
  // there.
  BatchOutput(Terminal& terminal, std::unique_ptr<LineWriter> file, bool ordered, bool filtered)
      : m_terminal(terminal), m_file(std::move(file)), m_ordered(ordered), m_filtered(filtered) {}

  // `place` counts the lines of this run from 0, without gaps.
  void put(std::size_t place, std::string result);
  // How far `place` is ahead of what has been written; 0 unless they wait for their turn.
  [[nodiscard]] std::size_t ahead(std::size_t place) const { return m_ordered ? place - m_next : 0; }

private:
  void write(const std::string& result);

  Terminal& m_terminal;
  std::unique_ptr<LineWriter> m_file;
  bool m_ordered;
  bool m_filtered;
  std::size_t m_next = 0;
  std::map<std::size_t, std::string> m_waiting;
};

} // namespace chutes::cli
