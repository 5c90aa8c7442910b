// The computer's clocks.
#pragma once

#include "base/time_text.hpp"

#include <chrono>

namespace chutes {

using SteadyInstant = std::chrono::steady_clock::time_point; // never goes back; for deadlines

class Clock {
public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual SteadyInstant steady() const = 0;
};

} // namespace chutes
