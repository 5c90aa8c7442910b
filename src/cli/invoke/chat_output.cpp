#include "cli/invoke/chat_output.hpp"

#include <utility>

namespace chutes::cli {

void ChatOutput::text(std::string_view piece) {
  if (m_style.silent)
    return;
  end_reasoning();
  if (m_style.raw)
    m_terminal.print_unfiltered(piece);
  else
    m_terminal.print(piece);
  m_line_open = piece.empty() ? m_line_open : !piece.ends_with('\n');
}

void ChatOutput::reasoning(std::string_view piece) {
  if (!m_style.show_reasoning || m_style.silent)
    return;
  m_reasoning_line += m_reasoning_filter.filter(piece);
  for (auto end = m_reasoning_line.find('\n'); end != std::string::npos; end = m_reasoning_line.find('\n')) {
    notice_reasoning(std::string_view{m_reasoning_line}.substr(0, end));
    m_reasoning_line.erase(0, end + 1);
  }
}

void ChatOutput::notice_reasoning(std::string_view line) {
  m_terminal.notice(StyledText{}.add(m_style.colour ? chutes::Style::dim : chutes::Style::plain, line));
}

void ChatOutput::end_reasoning() {
  if (!m_reasoning_line.empty())
    notice_reasoning(m_reasoning_line);
  m_reasoning_line.clear();
}

void ChatOutput::end() {
  end_reasoning();
  if (m_style.silent)
    return;
  const bool line_open = std::exchange(m_line_open, false);
  const bool on_terminal = m_terminal.output_is_terminal();
  if (on_terminal && !m_style.raw)
    m_terminal.end_line(); // which knows what was shown
  else if (line_open && (on_terminal || !m_style.exact))
    m_terminal.print_unfiltered("\n");
}

} // namespace chutes::cli
