// Locks on files (flock(2)), which the kernel releases however their holder ends.
#pragma once

#include "linux/process/file_descriptor.hpp"
#include "linux/process/signal_watch.hpp"
#include "platform/process_lock.hpp"

#include <chrono>
#include <functional>
#include <utility>

namespace chutes::on_linux {

// A lock that is held while its file is open.
class FileLock final : public HeldLock {
public:
  explicit FileLock(FileDescriptor file) : m_file(std::move(file)) {}

private:
  FileDescriptor m_file;
};

// Locks `file` and waits at most `patience` for its holder; calls `on_wait` (may be empty) with the
// time waited before every pause of 1 to 20 ms. Returns 0, EWOULDBLOCK if another process still holds the
// lock, or the errno of what failed. Throws Error{interrupted|terminated} on a signal.
[[nodiscard]] int lock_file(const FileDescriptor& file, SignalWatch& signals,
                            std::chrono::milliseconds patience,
                            const std::function<void(std::chrono::milliseconds waited)>& on_wait = {});

} // namespace chutes::on_linux
