// SIGINT, SIGTERM and SIGHUP as something a wait can end on. They are noted, never acted on by themselves:
// every wait in this program watches for them and throws Error{interrupted} or Error{terminated}.
#pragma once

#include "platform/clock.hpp"

namespace chutes {

class Signals {
public:
  virtual ~Signals() = default;
  // Throws if a signal has come and signals are not held.
  virtual void check() = 0;
  // Waits until then. Throws as `check`, at once when a signal comes.
  virtual void pause(SteadyInstant until) = 0;
  // While held, this thread's waits are not ended by signals; what came meanwhile is noted. Nests.
  virtual void hold() noexcept = 0;
  virtual void release() noexcept = 0;
};

// Holds signals as long as it lives: from the moment a single-use token leaves until its successor is stored.
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
