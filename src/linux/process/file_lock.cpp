#include "linux/process/file_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/file.h>

namespace chutes::on_linux {

int lock_file(const FileDescriptor& file, SignalWatch& signals, std::chrono::milliseconds patience,
              const std::function<void(std::chrono::milliseconds waited)>& on_wait) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest_pause{20};
  const auto began = std::chrono::steady_clock::now();
  milliseconds pause{1};
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return errno;
    const auto now = std::chrono::steady_clock::now();
    const auto waited = std::chrono::duration_cast<milliseconds>(now - began);
    if (waited >= patience)
      return EWOULDBLOCK;
    if (on_wait)
      on_wait(waited);
    static_cast<void>(signals.wait(-1, 0, now + std::min(pause, patience - waited)));
    pause = std::min(pause * 2, longest_pause);
  }
  return 0;
}

} // namespace chutes::on_linux
