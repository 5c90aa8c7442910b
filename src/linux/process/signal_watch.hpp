// SIGINT, SIGTERM and SIGHUP turned into a descriptor that every wait of this program polls beside its own. A
// second SIGINT or SIGTERM ends the program in its handler, for a computation that looks at nothing.
#pragma once

#include "platform/clock.hpp"
#include "platform/signals.hpp"

#include <csignal>

namespace chutes::on_linux {

// One at a time in a process, for all its threads. While it lives the first of the three signals is noted
// only, and a SIGINT or SIGTERM at least a tenth of a second later ends the process with the first one's exit
// code (130 or 143). It puts back what was there before. SIGPIPE is ignored for good: a broken pipe shows as
// EPIPE where it happens. A signal ignored at start (nohup) stays ignored.
class SignalWatch final : public Signals {
public:
  SignalWatch();
  ~SignalWatch() override;
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  void check() override;
  void pause(SteadyInstant until) override { static_cast<void>(wait(-1, 0, until)); }
  void hold(const char* loss) noexcept override;
  void release() noexcept override;

  // Puts back what the three signals did before, for a program that takes this one's place; what has come is
  // still noted.
  void give_back() noexcept;

  // Readable (POLLIN) once a signal has come; -1, which poll ignores, while this thread holds them. Do not
  // read from it.
  [[nodiscard]] int wake_fd() const noexcept;

  // Waits until `fd` (may be -1) has one of `events`, or `deadline`. True: ready. Throws
  // Error{interrupted|terminated} on a signal. Interruptions by other signals do not lengthen the wait.
  [[nodiscard]] bool wait(int fd, short events, SteadyInstant deadline);

private:
  struct sigaction m_previous[3]{};
};

// What a second signal does before it ends the process: a function that is async-signal-safe; null: nothing.
void before_second_signal(void (*act)()) noexcept;

// As long as it lives, `fd` ends this thread's waits like a signal once it is readable (Error{interrupted}).
class WaitsEndedBy {
public:
  explicit WaitsEndedBy(int fd) noexcept;
  ~WaitsEndedBy();
  WaitsEndedBy(const WaitsEndedBy&) = delete;
  WaitsEndedBy& operator=(const WaitsEndedBy&) = delete;
};

// Milliseconds left until `deadline` for poll(2): never negative, rounded up, at most an hour.
[[nodiscard]] int poll_timeout(SteadyInstant deadline);

} // namespace chutes::on_linux
