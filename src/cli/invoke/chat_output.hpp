// Prints a model's answer as it arrives: without escape sequences on a terminal, byte for byte in a pipe, and
// ends its last line.
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
    bool silent = false;         // print nothing (with --json the whole response is printed at the end)
    bool raw = false;            // do not filter, even on a terminal
    bool exact = false;          // do not end the last line in a pipe
    bool show_reasoning = false; // dimmed, on standard error
    bool colour = false;
  };
  ChatOutput(Terminal& terminal, Style style) : m_terminal(terminal), m_style(style) {}

  void text(std::string_view piece) override;
  void reasoning(std::string_view piece) override;
  // Ends the line that the text has begun.
  void end();

private:
  void end_reasoning();
  void notice_reasoning(std::string_view line);

  Terminal& m_terminal;
  Style m_style;
  TerminalFilter m_reasoning_filter;
  std::string m_reasoning_line; // the unfinished last line: notices are whole lines
  bool m_line_open = false;
};

} // namespace chutes::cli
