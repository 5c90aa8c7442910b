#include "cli/batch/batch_output.hpp"

namespace chutes::cli {

void BatchOutput::put(std::size_t place, std::string result) {
  if (!m_ordered) {
    write(result);
    return;
  }
  m_waiting.emplace(place, std::move(result));
  for (auto turn = m_waiting.find(m_next); turn != m_waiting.end(); turn = m_waiting.find(m_next)) {
    write(turn->second);
    m_waiting.erase(turn);
    ++m_next;
  }
}

void BatchOutput::write(const std::string& result) {
  if (m_file)
    m_file->append(result);
  else if (m_filtered)
    m_terminal.print_json(result + "\n");
  else
    m_terminal.print_unfiltered(result + "\n");
}

} // namespace chutes::cli
