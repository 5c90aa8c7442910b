// SIGINT, SIGTERM and SIGHUP. A signal is only recorded when it arrives; every wait in this program watches
// for it and throws Error{interrupted} or Error{terminated}.
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
  // While held, signals do not end this thread's waits; those that arrive are recorded. Calls nest.
  virtual void hold() noexcept = 0;
  virtual void release() noexcept = 0;
};

// Holds signals for its lifetime: from sending a single-use token until its successor is stored.
class SignalsHeld {
public:
  explicit SignalsHeld(Signals& signals) : m_signals(signals) { m_signals.hold(); }
  ~SignalsHeld() { m_signals.release(); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

private:
  Signals& m_signals;
};

} // namespace chutes
