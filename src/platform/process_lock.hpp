// Mutual exclusion between processes of one user.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace chutes {

class HeldLock {
public:
  virtual ~HeldLock() = default; // releases
};

class ProcessLock {
public:
  virtual ~ProcessLock() = default;
  // Waits at most `patience` for the lock called `name`; says on standard error after a second which process
  // holds it.
  // Throws Error{internal} at the deadline (naming the holder) or if the lock's directory cannot be trusted
  // or written, and Error{interrupted|terminated} on a signal. The lock is released when the result is
  // destroyed or the process ends.
  virtual std::unique_ptr<HeldLock> acquire(const std::string& name, std::chrono::milliseconds patience) = 0;
};

} // namespace chutes
