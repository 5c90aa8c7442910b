// A lock on the session bus: a well-known name (D-Bus Specification, "RequestName"), which one connection at
// a time owns, and which the bus takes back however its owner ends. The keychain is reached over that bus, so
// every process that shares the keychain shares the lock: a shell with another XDG_RUNTIME_DIR or HOME, a
// cron job that was given the bus's address, a container into which its socket is mounted.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/process_lock.hpp"
#include "platform/terminal.hpp"

#include <memory>
#include <string>

namespace chutes::on_linux {

struct BusLockRequest {
  std::string address; // of the bus
  std::string profile;
  std::chrono::milliseconds patience{};
};

// Acquires the lock of a profile. Waits and announces it as ProcessLock does. Null if the bus cannot lock for
// this process: sd-bus is not installed, or the bus's policy does not let it own names (a confined program).
// Throws Error{keychain} at the deadline, naming the holder, or if the bus fails, and
// Error{interrupted|terminated} on a signal.
[[nodiscard]] std::unique_ptr<HeldLock> lock_on_bus(const BusLockRequest& request, SignalWatch& signals,
                                                    Terminal& terminal);

} // namespace chutes::on_linux
