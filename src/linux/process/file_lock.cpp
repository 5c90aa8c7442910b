#include "linux/process/file_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>

namespace chutes::on_linux {
namespace {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

std::optional<FileIdentity> identity_of(const FileDescriptor& file) {
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0)
    return std::nullopt;
  return FileIdentity{facts.st_dev, facts.st_ino};
}

// 0, EWOULDBLOCK, or the errno of what failed.
int try_lock(const FileDescriptor& file) {
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    if (errno != EINTR)
      return errno;
  return 0;
}

} // namespace

std::string FileLock::identity() const {
  const auto found = identity_of(m_file);
  return found ? "file " + std::to_string(found->device) + ":" + std::to_string(found->inode) : std::string{};
}

int lock_file(FileDescriptor& file, const std::function<FileDescriptor()>& open, SignalWatch& signals,
              std::chrono::milliseconds patience,
              const std::function<void(int, std::chrono::milliseconds)>& on_wait) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest_pause{20};
  const auto began = std::chrono::steady_clock::now();
  milliseconds pause{1};
  file = open();
  while (true) {
    const int failure = try_lock(file);
    const auto now = std::chrono::steady_clock::now();
    const auto waited = std::chrono::duration_cast<milliseconds>(now - began);
    if (failure == 0) {
      auto found = open();
      const auto ours = identity_of(file);
      if (!ours)
        return errno;
      if (ours == identity_of(found))
        return 0;
      file = std::move(found);
      if (waited < patience)
        continue;
      return EWOULDBLOCK;
    }
    if (failure != EWOULDBLOCK || waited >= patience)
      return failure;
    if (on_wait)
      on_wait(file.get(), waited);
    static_cast<void>(signals.wait(-1, 0, now + std::min(pause, patience - waited)));
    pause = std::min(pause * 2, longest_pause);
  }
}

bool means_no_locks(int failure) {
  return failure == ENOLCK || failure == EOPNOTSUPP || failure == ENOSYS;
}

} // namespace chutes::on_linux
