#include "linux/terminal/tty_terminal.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "linux/terminal/hidden_question.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

// Ignores failures: without standard error there is no place to report them.
void write_error_output(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      return;
  }
}

} // namespace

TtyTerminal::TtyTerminal(const Environment& environment, SignalWatch& signals)
    : m_signals(signals),
      m_input_is_terminal(::isatty(STDIN_FILENO) == 1),
      m_output_is_terminal(::isatty(STDOUT_FILENO) == 1),
      m_error_is_terminal(::isatty(STDERR_FILENO) == 1),
      m_moves_cursor(environment.find("TERM") != "dumb") {}

void TtyTerminal::write_output(std::string_view text) {
  {
    const std::lock_guard lock{m_mutex};
    clear_progress();
  }
  while (!text.empty()) {
    const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno == EPIPE)
      throw Error{ErrorKind::reader_gone, "the reader of standard output went away"};
    else if (errno == EAGAIN)
      static_cast<void>(m_signals.wait(STDOUT_FILENO, POLLOUT, SteadyInstant::max()));
    else if (errno == EINTR)
      m_signals.check();
    else
      throw Error{ErrorKind::internal, std::string{"could not write the result: "} + std::strerror(errno),
                  "the output written so far is intact"};
  }
}

void TtyTerminal::write_error_line(std::string_view line) noexcept {
  const std::lock_guard lock{m_mutex};
  clear_progress();
  std::string text{line};
  text += '\n';
  write_error_output(text);
}

// A terminal that cannot take a line back gets the first one of a wait, which stays.
void TtyTerminal::show_progress(std::string_view line) noexcept {
  if (!m_error_is_terminal)
    return;
  const std::lock_guard lock{m_mutex};
  if (!m_moves_cursor && m_progress_shown && !line.empty())
    return;
  clear_progress();
  if (line.empty())
    return;
  write_error_output(first_columns(
      line, static_cast<std::size_t>(width() - 1))); // one column less, or the cursor would begin a new line
  if (!m_moves_cursor)
    write_error_output("\n");
  m_progress_shown = true;
}

void TtyTerminal::clear_progress() noexcept {
  if (m_progress_shown && m_moves_cursor)
    write_error_output("\r\x1b[2K");
  m_progress_shown = false;
}

bool TtyTerminal::input_is_pipe_or_file() const {
  struct stat facts {};
  if (m_input_is_terminal || ::fstat(STDIN_FILENO, &facts) != 0)
    return false;
  return S_ISFIFO(facts.st_mode) || S_ISREG(facts.st_mode) || S_ISSOCK(facts.st_mode);
}

int TtyTerminal::width() const {
  constexpr int usual = 80;
  winsize size{};
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
    if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
      return size.ws_col;
  return usual;
}

std::optional<Secret> TtyTerminal::ask_hidden(const std::string& prompt) {
  progress("");
  return on_linux::ask_hidden(prompt, m_signals);
}

std::optional<std::string> TtyTerminal::ask_shown(const std::string& prompt) {
  progress("");
  return on_linux::ask_shown(prompt, m_signals);
}

std::unique_ptr<HiddenInput> TtyTerminal::hidden_input() {
  return listen_hidden();
}

std::string TtyTerminal::read_all_input(std::size_t limit) {
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{2};
  bool waiting_said = false;
  std::string text;
  std::array<char, 65536> bytes;
  while (true) {
    if (!m_signals.wait(STDIN_FILENO, POLLIN, waiting_said ? SteadyInstant::max() : patience)) {
      notice("Waiting for standard input to end…"); // with --quiet too: a command that waits says for what
      waiting_said = true;
      continue;
    }
    const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got == 0)
      return text;
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (got < 0)
      throw Error{ErrorKind::usage, std::string{"could not read standard input: "} + std::strerror(errno)};
    if (text.size() + static_cast<std::size_t>(got) > limit)
      throw Error{ErrorKind::usage, "standard input holds more than " + std::to_string(limit) + " bytes",
                  "send less"};
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

} // namespace chutes::on_linux
