// Standard input, output and error, and whether they are terminals. Here, and nowhere else, text from outside
// loses what could control a terminal: a caller cannot forget it.
#pragma once

#include "base/secret.hpp"
#include "base/terminal_text.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chutes {

// Reads what is typed on the user's terminal while other work goes on; while it lives, typing is not echoed.
class HiddenInput {
public:
  virtual ~HiddenInput() = default; // restores echo
  // Returns a complete line without its end; absent if there is none yet. Never waits.
  virtual std::optional<Secret> next() = 0;
};

class Terminal {
public:
  virtual ~Terminal() = default;

  // Write a result to standard output, at once: unchanged, but on a terminal through a TerminalFilter. Throw
  // Error{reader_gone} if its reader is gone and Error{internal} if it cannot be written (full disk, closed).
  void print(std::string_view text);
  void print(const StyledText& text);
  // A JSON document likewise, but on a terminal nothing is lost: see json_for_terminal.
  void print_json(std::string_view document);
  // Unchanged on a terminal too: for raw output that the user asked for.
  void print_unfiltered(std::string_view bytes) { write_output(bytes); }
  // On a terminal, ends the line that what was printed last has begun.
  void end_line();
  // Writes one line to standard error and adds the newline; line breaks in `line` become spaces, and what
  // could control a terminal is removed, wherever standard error goes. Ignores failures.
  void notice(std::string_view line) noexcept;
  // The same for lines that we broke ourselves.
  void notice(const StyledText& lines) noexcept;
  // What the platform itself waits for or has to remark, which is no error: as `notice`, or nothing after
  // `hush`.
  void remark(std::string_view line) noexcept {
    if (!m_hushed)
      notice(line);
  }
  // A remark on what goes on: on a terminal a line that goes with `progress("")` or with what is written
  // next, elsewhere one that stays.
  void remark_meanwhile(std::string_view line) noexcept {
    if (error_is_terminal() && !m_hushed)
      progress(line);
    else
      remark(line);
  }
  void hush() noexcept { m_hushed = true; } // for --quiet
  // Shows a line that replaces the previous progress line, on a terminal only; an empty one removes it.
  void progress(std::string_view line) noexcept;

  [[nodiscard]] virtual bool input_is_terminal() const = 0;
  [[nodiscard]] virtual bool
  input_is_pipe_or_file() const = 0; // data waits there, or will; false for a terminal or /dev/null
  [[nodiscard]] virtual bool output_is_terminal() const = 0;
  [[nodiscard]] virtual bool error_is_terminal() const = 0;
  [[nodiscard]] virtual int width() const = 0; // columns of the terminal; 80 where there is none

  // Returns all of standard input. Says on standard error after two seconds that it is waiting, hushed or
  // not. Throws Error{usage} over `limit` bytes.
  virtual std::string read_all_input(std::size_t limit) = 0;

  // Asks one question on the user's terminal, wherever the standard streams go, and returns the line typed,
  // without echo. Absent if there is no terminal or the input ended. Throws
  // Error{interrupted|terminated} on a signal.
  std::optional<Secret> ask_secret(const std::string& prompt);
  // The same with echo.
  std::optional<std::string> ask(const std::string& prompt);
  // Starts reading from that terminal in the background. Null if there is none, or another program is in its
  // foreground.
  virtual std::unique_ptr<HiddenInput> hidden_input() = 0;

private:
  // What the functions above do with text that may be shown.
  virtual void write_output(std::string_view bytes) = 0;
  virtual void write_error_line(std::string_view line) noexcept = 0;
  virtual void show_progress(std::string_view line) noexcept = 0;
  virtual std::optional<Secret> ask_hidden(const std::string& prompt) = 0;
  virtual std::optional<std::string> ask_shown(const std::string& prompt) = 0;

  void show(std::string_view harmless);

  std::atomic<bool> m_hushed = false; // remarks come from any thread
  TerminalFilter m_output_filter;     // of what is printed, in pieces
  bool m_line_open = false;           // on a terminal: what was shown last has not ended its line
};

} // namespace chutes
