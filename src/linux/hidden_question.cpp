#include "linux/hidden_question.hpp"

#include "linux/file_descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <termios.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

void say(int tty, std::string_view text) {
  [[maybe_unused]] const auto written = ::write(tty, text.data(), text.size());
}

class EchoOff {
public:
  explicit EchoOff(int tty) : m_tty(tty), m_known(::tcgetattr(tty, &m_before) == 0) {
    if (!m_known)
      return;
    termios silent = m_before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ICANON | ISIG;
    ::tcsetattr(tty, TCSAFLUSH, &silent); // what was typed before the question is no answer to it
  }
  ~EchoOff() {
    if (!m_known)
      return;
    ::tcsetattr(m_tty, TCSADRAIN, &m_before);
    say(m_tty, "\n"); // the one that was typed was not shown
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

private:
  int m_tty;
  termios m_before{};
  bool m_known;
};

// The line without its end; absent if the input ends instead.
std::optional<Secret> read_line(int tty, SignalWatch& signals) {
  std::string line;
  line.reserve(4096); // the longest line a terminal gives: no copies are left behind by growing
  while (signals.wait(tty, POLLIN, SteadyInstant::max())) {
    char byte = 0;
    const auto got = ::read(tty, &byte, 1);
    if (got <= 0)
      break;
    if (byte == '\n')
      return Secret{std::move(line)};
    line += byte;
  }
  const Secret wiped{std::move(line)};
  return std::nullopt;
}

} // namespace

std::optional<Secret> ask_hidden(const std::string& prompt, SignalWatch& signals) {
  const FileDescriptor tty{::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
  if (!tty || ::tcgetpgrp(tty.get()) != ::getpgrp())
    return std::nullopt;
  const EchoOff quiet{tty.get()};
  say(tty.get(), prompt);
  return read_line(tty.get(), signals);
}

} // namespace chutes::on_linux
