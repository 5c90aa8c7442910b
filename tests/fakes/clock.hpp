#pragma once

#include "platform/clock.hpp"

#include <algorithm>

namespace chutes::fakes {

// Does not move until a test moves it; the steady clock moves with it.
class FixedClock final : public Clock {
public:
  [[nodiscard]] Instant now() const override {
    return m_start + std::chrono::floor<std::chrono::seconds>(m_passed);
  }
  [[nodiscard]] SteadyInstant steady() const override {
    return SteadyInstant{} + std::chrono::hours{1} + m_passed;
  }
  void advance(SteadyInstant::duration by) { m_passed += by; }
  void advance_to(SteadyInstant then) { m_passed += std::max(then - steady(), SteadyInstant::duration{0}); }

private:
  Instant m_start = *parse_time("2026-11-23T12:00:00Z");
  SteadyInstant::duration m_passed{0};
};

} // namespace chutes::fakes
