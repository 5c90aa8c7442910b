// Files with secrets on a POSIX file system: checked through the open descriptor before they are read, and
// written in one step.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/environment.hpp"
#include "platform/private_files.hpp"
#include "platform/terminal.hpp"

namespace chutes::on_linux {

class PosixPrivateFiles final : public PrivateFiles {
public:
  // `terminal`: where a wait for a pipe is announced; null: nowhere.
  PosixPrivateFiles(const Environment& environment, SignalWatch& signals, Terminal* terminal = nullptr)
      : m_environment(environment), m_signals(signals), m_terminal(terminal) {}

  std::optional<Secret> read(const std::string& path, FileOrigin origin) override;
  void replace(const std::string& path, const Secret& content) override;
  void replace_configuration(const std::string& path, const Secret& content) override;
  void append(const std::string& path, const Secret& lines) override;
  bool remove(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  std::unique_ptr<HeldLock> lock(const std::string& path, std::chrono::milliseconds patience) override;

private:
  const Environment& m_environment;
  SignalWatch& m_signals;
  Terminal* m_terminal;
};

} // namespace chutes::on_linux
