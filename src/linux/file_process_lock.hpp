// Locks between processes as flock(2) on files of their own, which the kernel releases however the holder
// ends.
#pragma once

#include "linux/signal_watch.hpp"
#include "platform/environment.hpp"
#include "platform/process_lock.hpp"
#include "platform/terminal.hpp"

namespace chutes::on_linux {

// The files lie in $XDG_RUNTIME_DIR/chutes-login, else $XDG_STATE_HOME or ~/.local/state: 0700, ours, no
// symbolic link.
class FileProcessLock final : public ProcessLock {
public:
  FileProcessLock(const Environment& environment, SignalWatch& signals, Terminal& terminal)
      : m_environment(environment), m_signals(signals), m_terminal(terminal) {}

  std::unique_ptr<HeldLock> acquire(const std::string& name, std::chrono::milliseconds patience) override;

private:
  const Environment& m_environment;
  SignalWatch& m_signals;
  Terminal& m_terminal;
};

} // namespace chutes::on_linux
