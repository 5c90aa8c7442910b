// Locks between processes as flock(2) on files of their own, which the kernel releases however the holder
// ends.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/environment.hpp"
#include "platform/process_lock.hpp"
#include "platform/terminal.hpp"

#include <string>
#include <utility>

namespace chutes::on_linux {

// The files lie in chutes-login/ (0700, ours, no symbolic link) below the user's runtime directory
// ($XDG_RUNTIME_DIR, else the one of that user under `runtime_root`, so that a cron job, which lacks
// the variable, and a desktop exclude each other), or where there is none below $XDG_STATE_HOME or
// ~/.local/state.
class FileProcessLock final : public ProcessLock {
public:
  FileProcessLock(const Environment& environment, SignalWatch& signals, Terminal& terminal,
                  std::string runtime_root = "/run/user")
      : m_environment(environment),
        m_signals(signals),
        m_terminal(terminal),
        m_runtime_root(std::move(runtime_root)) {}

  std::unique_ptr<HeldLock> acquire(const std::string& name, std::chrono::milliseconds patience) override;

private:
  const Environment& m_environment;
  SignalWatch& m_signals;
  Terminal& m_terminal;
  std::string m_runtime_root;
};

} // namespace chutes::on_linux
