// A model's words on their way to the person: at once, harmless on a terminal, byte for byte in a pipe.
#pragma once

#include "base/terminal_text.hpp"
#include "platform/terminal.hpp"
#include "service/chat/chat_completion.hpp"

#include <string>
#include <string_view>

namespace chutes::cli {

class ChatOutput final : public service::ChatListener {
public:
  struct Style {
    bool silent = false;         // keep everything back (the complete object is printed instead)
    bool raw = false;            // do not filter, even on a terminal
    bool show_reasoning = false; // dimmed, on standard error
    bool colour = false;
  };
  ChatOutput(Terminal& terminal, Style style) : m_terminal(terminal), m_style(style) {}

  void text(std::string_view piece) override;
  void reasoning(std::string_view piece) override;
  // Ends the line on a terminal, and prints what the filter held back.
  void end();

private:
  void end_reasoning();

  Terminal& m_terminal;
  Style m_style;
  TerminalFilter m_filter;
  TerminalFilter m_reasoning_filter;
  std::string m_reasoning_line; // the last, unfinished line: notices come in whole lines
  bool m_line_open = false;
};

} // namespace chutes::cli
