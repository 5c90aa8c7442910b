// The computer's clocks.
#pragma once

#include "platform/clock.hpp"

namespace chutes::on_linux {

class SystemClock final : public Clock {
public:
  [[nodiscard]] Instant now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] SteadyInstant steady() const override { return std::chrono::steady_clock::now(); }
};

} // namespace chutes::on_linux
