#include "linux/terminal/hidden_question.hpp"

#include "linux/process/file_descriptor.hpp"
#include "linux/terminal/echo_off.hpp"

#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <poll.h>
#include <string_view>
#include <termios.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

void say(int tty, std::string_view text) {
  [[maybe_unused]] const auto written = ::write(tty, text.data(), text.size());
}

// Says, whatever ends the question, the line end that was typed and not shown.
struct LineEnd {
  explicit LineEnd(int on) : tty(on) {}
  ~LineEnd() { say(tty, "\n"); }
  LineEnd(const LineEnd&) = delete;
  LineEnd& operator=(const LineEnd&) = delete;
  int tty;
};

// Whether the terminal is another's now: reading it would stop this process.
bool in_background(int tty) {
  const auto group = ::tcgetpgrp(tty);
  return group >= 0 && group != ::getpgrp();
}

// The line without its end; absent if the input ends instead. Calls `look` five times a second while it
// waits. What is typed while the process is in the background is for the shell.
std::optional<Secret> read_line(int tty, SignalWatch& signals, const std::function<void()>& look) {
  constexpr std::chrono::milliseconds step{200};
  std::string line;
  line.reserve(4096); // the longest line a terminal gives: no copies are left behind by growing
  while (true) {
    const bool is_ours = !in_background(tty);
    if (!signals.wait(is_ours ? tty : -1, POLLIN, std::chrono::steady_clock::now() + step) ||
        in_background(tty)) {
      look();
      continue;
    }
    char byte = 0;
    const auto got = ::read(tty, &byte, 1);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    if (byte == '\n')
      return Secret{std::move(line)};
    line += byte;
  }
  const Secret wiped{std::move(line)};
  return std::nullopt;
}

bool in_foreground(int tty) {
  return ::tcgetpgrp(tty) == ::getpgrp();
}

FileDescriptor open_terminal() {
  FileDescriptor tty{::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
  if (tty && !in_foreground(tty.get()))
    tty.close();
  return tty;
}

class HiddenLines final : public HiddenInput {
public:
  explicit HiddenLines(FileDescriptor tty) : m_tty(std::move(tty)), m_quiet(m_tty.get()) {}

  std::optional<Secret> next() override {
    static_cast<void>(m_quiet.renew());
    pollfd typed{m_tty.get(), POLLIN, 0};
    // A process sent to the background meanwhile would be stopped by reading.
    if (m_ended || ::poll(&typed, 1, 0) != 1 || !in_foreground(m_tty.get()))
      return std::nullopt;
    std::string line(longest_line, '\0');
    const auto got =
        ::read(m_tty.get(), line.data(), line.size()); // one line at most: the terminal gives lines
    m_ended = got == 0;
    line.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    while (line.ends_with('\n') || line.ends_with('\r'))
      line.pop_back();
    Secret secret{std::move(line)};
    if (secret.empty())
      return std::nullopt;
    return secret;
  }

private:
  static constexpr std::size_t longest_line = 4096; // that a terminal gives in one piece
  FileDescriptor m_tty;
  EchoOff m_quiet;
  bool m_ended = false;
};

} // namespace

std::optional<Secret> ask_hidden(const std::string& prompt, SignalWatch& signals) {
  const auto tty = open_terminal();
  if (!tty)
    return std::nullopt;
  const EchoOff quiet{tty.get()};
  say(tty.get(), prompt);
  const LineEnd end{tty.get()};
  return read_line(tty.get(), signals, [&] {
    if (quiet.renew())
      say(tty.get(), prompt);
  });
}

std::optional<std::string> ask_shown(const std::string& prompt, SignalWatch& signals) {
  const auto tty = open_terminal();
  if (!tty)
    return std::nullopt;
  ::tcflush(tty.get(), TCIFLUSH); // what was typed before the question is no answer to it
  say(tty.get(), prompt);
  const auto line = read_line(tty.get(), signals, [] {});
  return line ? std::optional{line->reveal()} : std::nullopt;
}

std::unique_ptr<HiddenInput> listen_hidden() {
  auto tty = open_terminal();
  return tty ? std::make_unique<HiddenLines>(std::move(tty)) : nullptr;
}

} // namespace chutes::on_linux
