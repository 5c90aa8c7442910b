// Mutual exclusion between processes of one user.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace chutes {

class HeldLock {
public:
  virtual ~HeldLock() = default; // releases
  // Names the lock itself, equal for all processes that exclude each other by it and for no others. Empty if
  // that is not known.
  [[nodiscard]] virtual std::string identity() const { return {}; }
};

// A lock is released when the result is destroyed or the process ends. Both calls wait at most `patience`
// and say on standard error after a second which process they wait for. They throw Error{file} at the
// deadline (naming the holder), or if the lock's directory cannot be trusted or written, and
// Error{interrupted|terminated} on a signal.
class ProcessLock {
public:
  virtual ~ProcessLock() = default;
  // Acquires the lock called `name` of this user's processes.
  virtual std::unique_ptr<HeldLock> acquire(const std::string& name, std::chrono::milliseconds patience) = 0;
  // Acquires the lock of the file `path`, which is the file path + ".lock" beside it, so that processes that
  // share the one share the other. Creates its directory (0700) if it is missing.
  virtual std::unique_ptr<HeldLock> acquire_beside(const std::string& path,
                                                   std::chrono::milliseconds patience) = 0;
};

} // namespace chutes
