#pragma once

#include "platform/process_lock.hpp"

#include <functional>
#include <vector>

namespace chutes::fakes {

// Grants every lock; `on_acquire` does what another process does while this one waits for the lock.
class GrantingLock final : public ProcessLock {
public:
  std::vector<std::string> acquired;
  std::function<void()> on_acquire;
  int held = 0;

  std::unique_ptr<HeldLock> acquire(const std::string& name, std::chrono::milliseconds) override {
    struct Held final : HeldLock {
      explicit Held(int& count) : m_count(count) { ++m_count; }
      ~Held() override { --m_count; }
      int& m_count;
    };
    acquired.push_back(name);
    if (on_acquire)
      on_acquire();
    return std::make_unique<Held>(held);
  }
};

} // namespace chutes::fakes
