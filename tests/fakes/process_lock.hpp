#pragma once

#include "platform/process_lock.hpp"

#include <functional>
#include <vector>

namespace chutes::fakes {

// Grants every lock; `on_acquire` does what another process does while this one waits for the lock.
class GrantingLock final : public ProcessLock {
public:
  std::vector<std::string> acquired; // names, and paths
  std::function<void()> on_acquire;
  int held = 0;
  std::string identity = "the tests' lock";

  std::unique_ptr<HeldLock> acquire(const std::string& name, std::chrono::milliseconds) override {
    struct Held final : HeldLock {
      explicit Held(GrantingLock& lock) : m_lock(lock) { ++m_lock.held; }
      ~Held() override { --m_lock.held; }
      [[nodiscard]] std::string identity() const override { return m_lock.identity; }
      GrantingLock& m_lock;
    };
    acquired.push_back(name);
    if (on_acquire)
      on_acquire();
    return std::make_unique<Held>(*this);
  }
  std::unique_ptr<HeldLock> acquire_beside(const std::string& path,
                                           std::chrono::milliseconds patience) override {
    return acquire(path, patience);
  }
};

} // namespace chutes::fakes
