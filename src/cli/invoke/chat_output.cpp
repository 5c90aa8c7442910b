#include "cli/invoke/chat_output.hpp"

namespace chutes::cli {

void ChatOutput::text(std::string_view piece) {
  if (m_style.silent)
    return;
  end_reasoning();
  if (m_terminal.output_is_terminal() && !m_style.raw) {
    const auto harmless = m_filter.filter(piece);
    m_terminal.print(harmless);
    m_line_open = harmless.empty() ? m_line_open : !harmless.ends_with('\n');
  } else {
    m_terminal.print(piece);
    m_line_open = !piece.ends_with('\n');
  }
}

void ChatOutput::reasoning(std::string_view piece) {
  if (!m_style.show_reasoning || m_style.silent)
    return;
  m_reasoning_line += m_reasoning_filter.filter(piece);
  for (auto end = m_reasoning_line.find('\n'); end != std::string::npos; end = m_reasoning_line.find('\n')) {
    const std::string line = m_reasoning_line.substr(0, end);
    m_terminal.notice(m_style.colour ? "\x1b[2m" + line + "\x1b[0m" : line);
    m_reasoning_line.erase(0, end + 1);
  }
}

void ChatOutput::end_reasoning() {
  if (!m_reasoning_line.empty())
    m_terminal.notice(m_style.colour ? "\x1b[2m" + m_reasoning_line + "\x1b[0m" : m_reasoning_line);
  m_reasoning_line.clear();
}

void ChatOutput::end() {
  end_reasoning();
  if (m_style.silent || !m_terminal.output_is_terminal())
    return;
  const auto held_back = m_filter.finish();
  m_terminal.print(held_back + (m_line_open || !held_back.empty() ? "\n" : ""));
  m_line_open = false;
}

} // namespace chutes::cli
