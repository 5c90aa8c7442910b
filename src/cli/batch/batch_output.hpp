// Writes the results of a batch, one line each, as they arrive or in the order of the input.
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
  // Writes to standard output if `file` is null; `filtered`: neutralises escape sequences there.
  BatchOutput(Terminal& terminal, std::unique_ptr<LineWriter> file, bool ordered, bool filtered)
      : m_terminal(terminal), m_file(std::move(file)), m_ordered(ordered), m_filtered(filtered) {}

  // Writes a result, or holds it until its turn. `place` numbers the lines of this run from 0, without gaps.
  void put(std::size_t place, std::string result);
  // Returns how far `place` is ahead of the results written; 0 if they are not ordered.
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
