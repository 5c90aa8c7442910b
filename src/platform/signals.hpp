// SIGINT, SIGTERM and SIGHUP. The first signal is only recorded when it arrives; every wait in this program
// watches for it and throws Error{interrupted} or Error{terminated}. A SIGINT or SIGTERM after it ends the
// program at once, whatever it does.
#pragma once

#include "platform/clock.hpp"

namespace chutes {

class Signals {
public:
  virtual ~Signals() = default;
  // Throws if a signal has arrived and signals are not held.
  virtual void check() = 0;
  // Waits until `until`. Throws as `check`, as soon as a signal arrives.
  virtual void pause(SteadyInstant until) = 0;
  // While held, a first signal does not end this thread's waits; it is recorded. Calls nest. `at_stake` is
  // what a second signal says on standard error as it ends the program: a line that is never freed.
  virtual void hold(const char* at_stake) noexcept = 0;
  virtual void release() noexcept = 0;
};

// Holds signals for its lifetime: from sending a single-use token until its successor is stored. What goes on
// meanwhile must have a deadline.
class SignalsHeld {
public:
  SignalsHeld(Signals& signals, const char* at_stake) : m_signals(signals) { m_signals.hold(at_stake); }
  ~SignalsHeld() { m_signals.release(); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

private:
  Signals& m_signals;
};

} // namespace chutes
