// Other programs: in this process by execve(2), or beside it by posix_spawn(3).
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/launcher.hpp"

namespace chutes::on_linux {

// Whatever this program opens is close-on-exec, so that only what it was started with stays open.
class ExecLauncher final : public Launcher {
public:
  explicit ExecLauncher(SignalWatch& signals) : m_signals(signals) {}

  void become(const std::vector<std::string>& command,
              const std::map<std::string, std::string>& environment) override;
  [[nodiscard]] std::optional<int> run(const std::vector<std::string>& command,
                                       const std::map<std::string, std::string>& environment,
                                       std::chrono::milliseconds longest) override;

private:
  SignalWatch& m_signals;
};

} // namespace chutes::on_linux
