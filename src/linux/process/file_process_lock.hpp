// Locks between processes as flock(2) on files of their own, which the kernel releases however the holder
// ends.
#pragma once

#include "base/error.hpp"
#include "linux/process/signal_watch.hpp"
#include "platform/environment.hpp"
#include "platform/process_lock.hpp"
#include "platform/terminal.hpp"

#include <string>

namespace chutes::on_linux {

// Where a lock lies must not depend on anything that two processes may see differently although they share
// what it guards. So the lock of a file lies beside the file. The locks of the user lie in
// .local/state/chutes-login/ (0700, ours, no symbolic link) of the home directory: not in $XDG_RUNTIME_DIR,
// which cron, su and containers lack or have another of, and not in /run/user/UID, which comes and goes with
// the login; $XDG_STATE_HOME counts only where there is no HOME.
class FileProcessLock final : public ProcessLock {
public:
  FileProcessLock(const Environment& environment, SignalWatch& signals, Terminal& terminal)
      : m_environment(environment), m_signals(signals), m_terminal(terminal) {}

  std::unique_ptr<HeldLock> acquire(const std::string& name, std::chrono::milliseconds patience) override;
  std::unique_ptr<HeldLock> acquire_beside(const std::string& path,
                                           std::chrono::milliseconds patience) override;

private:
  struct LockPlace {
    std::string path;
    std::string variables; // that decide where it lies
  };
  std::unique_ptr<HeldLock> acquire_at(const LockPlace& place, std::chrono::milliseconds patience);

  const Environment& m_environment;
  SignalWatch& m_signals;
  Terminal& m_terminal;
};

// Returns "process N", or "another process" if the number is not known.
[[nodiscard]] std::string process_text(const std::string& number);
// The notice and the error of a process that waits for a lock that `holder` (as process_text) holds.
[[nodiscard]] std::string waiting_for(const std::string& holder);
[[nodiscard]] Error still_locked(ErrorKind kind, const std::string& holder,
                                 std::chrono::milliseconds patience);

} // namespace chutes::on_linux
