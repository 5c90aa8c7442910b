// The sandbox's clock: the system's time plus the offset set by POST /_sandbox/clock, so that tests need not
// sleep.
#pragma once

#include "sandbox/world/moment.hpp"

#include <atomic>
#include <chrono>

namespace chutes::sandbox {

class SandboxClock {
public:
  [[nodiscard]] Instant now() const { return std::chrono::floor<std::chrono::seconds>(moment()); }
  [[nodiscard]] Moment moment() const {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) +
           std::chrono::seconds{m_ahead.load()};
  }
  void advance(std::chrono::seconds by) { m_ahead += by.count(); }

private:
  std::atomic<long long> m_ahead{0};
};

} // namespace chutes::sandbox
