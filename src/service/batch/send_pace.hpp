// Limits how many requests are sent per time, and how many are in flight at once.
#pragma once

#include "platform/clock.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace chutes::service {

// Returns requests per second, parsed from "10/s", "90/m", "5000/h" or "2.5" (a second); absent for anything
// else, or a rate below one a day or above 100,000 a second.
[[nodiscard]] std::optional<double> parse_rate(std::string_view text);

// Spaces requests evenly. Catches up with one late request, not with more.
class SendPace {
public:
  SendPace() = default; // no limit
  explicit SendPace(double per_second);

  [[nodiscard]] SteadyInstant next() const { return m_next; } // the earliest time for the next request
  void sent(SteadyInstant now);

private:
  SteadyInstant::duration m_distance{0};
  SteadyInstant m_next = SteadyInstant::min();
};

// Halves the number of parallel requests when the service is overloaded, and raises it by one after each
// round of successes.
class ParallelLimit {
public:
  explicit ParallelLimit(std::size_t most) : m_most(most), m_now(most) {}

  [[nodiscard]] std::size_t now() const { return m_now; }
  void succeeded();
  // Ignores refusals of requests that were sent before the last halving.
  void crowded(SteadyInstant sent_at, SteadyInstant now);

private:
  std::size_t m_most;
  std::size_t m_now;
  std::size_t m_successes = 0; // since the last change
  SteadyInstant m_halved_at = SteadyInstant::min();
};

} // namespace chutes::service
