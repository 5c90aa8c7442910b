// Work done side by side: many requests under way at once, while whoever hired the hands stays on one thread.
#pragma once

#include "platform/clock.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace chutes {

// What finished work leaves to be done by the thread that hired the crew.
using Aftermath = std::function<void()>;
// Runs on a hand's own thread; must not throw.
using Work = std::function<Aftermath()>;

class Crew {
public:
  virtual ~Crew() = default; // as `dismiss`
  // Begun as soon as a hand is free. Never waits.
  virtual void begin(Work work) = 0;
  // Runs, on the caller's thread, what finished work has left to be done; how much there was. Never waits.
  // What that throws is thrown on; the rest stays for the next call.
  virtual std::size_t settle() = 0;
  // Waits until there is something to settle. False: `deadline` came first. Throws
  // Error{interrupted|terminated} on a signal.
  [[nodiscard]] virtual bool wait(SteadyInstant deadline) = 0;
  // Ends every wait of the work under way with Error{interrupted}, drops what has not begun, and waits for
  // the hands. What they have finished can be settled still.
  virtual void dismiss() noexcept = 0;
};

class Crews {
public:
  virtual ~Crews() = default;
  [[nodiscard]] virtual std::unique_ptr<Crew> hire(std::size_t hands) = 0;
};

} // namespace chutes
