// How many requests may leave in a time, and how many may be under way at once.
#pragma once

#include "platform/clock.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace chutes::service {

// Requests a second out of "10/s", "90/m", "5000/h" or "2.5" (a second); absent if it is anything else, or
// nothing a clock can keep.
[[nodiscard]] std::optional<double> parse_rate(std::string_view text);

// Requests at even distances. One that is late is made up for, more are not.
class SendPace {
public:
  SendPace() = default; // as fast as they come
  explicit SendPace(double per_second);

  [[nodiscard]] SteadyInstant next() const { return m_next; } // none may leave before
  void sent(SteadyInstant now);

private:
  SteadyInstant::duration m_distance{0};
  SteadyInstant m_next = SteadyInstant::min();
};

// Halves when the service has too much to do, and grows again by one for each round of successes.
class ParallelLimit {
public:
  explicit ParallelLimit(std::size_t most) : m_most(most), m_now(most) {}

  [[nodiscard]] std::size_t now() const { return m_now; }
  void succeeded();
  // Refusals of requests that had left before the last halving say nothing new.
  void crowded(SteadyInstant sent_at, SteadyInstant now);

private:
  std::size_t m_most;
  std::size_t m_now;
  std::size_t m_successes = 0; // since the last change
  SteadyInstant m_halved_at = SteadyInstant::min();
};

} // namespace chutes::service
