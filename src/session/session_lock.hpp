// The lock that every change of a profile's session is made under: a refresh, a sign-in, a sign-out.
#pragma once

#include "platform/process_lock.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace chutes::session {

// Waits a minute at most, which is longer than one refresh may take. Throws as ProcessLock::acquire.
[[nodiscard]] inline std::unique_ptr<HeldLock> lock_session(const std::string& profile, ProcessLock& lock) {
  return lock.acquire("refresh-" + profile, std::chrono::seconds{60});
}

} // namespace chutes::session
