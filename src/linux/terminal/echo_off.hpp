// What is typed on a terminal is not shown, for as long as this program asks for it there: it is shown again
// while the program is stopped, and after every way out of it that leaves a chance to say so.
#pragma once

namespace chutes::on_linux {

// While it lives, the terminal does not echo. Ctrl-Z gives the echo back to the shell, and takes it away
// again when the program continues in the foreground; so does whatever ends the program, except SIGKILL. One
// at a time in a process; a second one within the first does nothing.
class EchoOff {
public:
  // Drops what was typed before: it is no answer.
  explicit EchoOff(int tty);
  ~EchoOff();
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

  // Takes the echo away again if it is back, because the program has come to the foreground without being
  // told. Returns whether the program has continued since the last call: what was asked is to be asked again.
  [[nodiscard]] bool renew() const noexcept;

private:
  bool m_first;
};

} // namespace chutes::on_linux
