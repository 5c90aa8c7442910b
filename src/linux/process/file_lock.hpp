// Locks on files (flock(2)), which the kernel releases however their holder ends.
#pragma once

#include "linux/process/file_descriptor.hpp"
#include "linux/process/signal_watch.hpp"
#include "platform/process_lock.hpp"

#include <chrono>
#include <functional>
#include <utility>

namespace chutes::on_linux {

// A lock that is held while its file is open. Its identity is the file's device and inode.
class FileLock final : public HeldLock {
public:
  explicit FileLock(FileDescriptor file) : m_file(std::move(file)) {}
  [[nodiscard]] std::string identity() const override;

private:
  FileDescriptor m_file;
};

// Locks the file that `open` opens, which must be the same file until it is replaced, and waits at
// most `patience` for its holder; calls `on_wait` (may be empty) with the open file and the time waited
// before every pause of 1 to 20 ms. If the file was removed or replaced meanwhile, opens and locks its
// successor: a lock on a file that others no longer find excludes no one. Sets `file`, and returns 0,
// EWOULDBLOCK if another process still holds the lock, or the errno of what failed. Throws what `open`
// throws, and Error{interrupted|terminated} on a signal.
[[nodiscard]] int
lock_file(FileDescriptor& file, const std::function<FileDescriptor()>& open, SignalWatch& signals,
          std::chrono::milliseconds patience,
          const std::function<void(int fd, std::chrono::milliseconds waited)>& on_wait = {});

// Whether `failure` of lock_file means that the file system has no locks.
[[nodiscard]] bool means_no_locks(int failure);

} // namespace chutes::on_linux
