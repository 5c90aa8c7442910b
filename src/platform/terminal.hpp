// Standard input, output and error, and whether they are terminals.
#pragma once

#include "base/secret.hpp"

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

  // Writes a result to standard output, at once and unchanged. Throws Error{reader_gone} if its reader is
  // gone and Error{internal} if it cannot be written (full disk).
  virtual void print(std::string_view text) = 0;
  // Writes a line to standard error and adds the newline. Ignores failures.
  virtual void notice(std::string_view line) noexcept = 0;
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
  virtual void progress(std::string_view line) noexcept = 0;

  [[nodiscard]] virtual bool input_is_terminal() const = 0;
  [[nodiscard]] virtual bool
  input_is_pipe_or_file() const = 0; // data waits there, or will; false for a terminal or /dev/null
  [[nodiscard]] virtual bool output_is_terminal() const = 0;
  [[nodiscard]] virtual bool error_is_terminal() const = 0;
  [[nodiscard]] virtual int width() const = 0; // columns of the terminal; 80 where there is none

  // Returns all of standard input. Says on standard error after two seconds that it is waiting. Throws
  // Error{usage} over `limit` bytes.
  virtual std::string read_all_input(std::size_t limit) = 0;

  // Asks one question on the user's terminal, wherever the standard streams go, and returns the line typed,
  // without echo. Absent if there is no terminal or the input ended. Throws
  // Error{interrupted|terminated} on a signal.
  virtual std::optional<Secret> ask_secret(const std::string& prompt) = 0;
  // The same with echo.
  virtual std::optional<std::string> ask(const std::string& prompt) = 0;
  // Starts reading from that terminal in the background. Null if there is none, or another program is in its
  // foreground.
  virtual std::unique_ptr<HiddenInput> hidden_input() = 0;

private:
  std::atomic<bool> m_hushed = false; // remarks come from any thread
};

} // namespace chutes
