#pragma once

#include "platform/clock.hpp"

namespace chutes::fakes {

// Stands still until told otherwise; the steady clock moves along.
class FixedClock final : public Clock {
public:
  [[nodiscard]] Instant now() const override { return m_now; }
  [[nodiscard]] SteadyInstant steady() const override {
    return SteadyInstant{} + std::chrono::hours{1} + m_passed;
  }
  void advance(std::chrono::seconds by) {
    m_now += by;
    m_passed += by;
  }

private:
  Instant m_now = *parse_time("2026-11-23T12:00:00Z");
  std::chrono::seconds m_passed{0};
};

} // namespace chutes::fakes
