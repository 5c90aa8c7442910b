// Another program in this process, by execve(2).
#pragma once

#include "platform/launcher.hpp"

namespace chutes::on_linux {

class ExecLauncher final : public Launcher {
public:
  void become(const std::vector<std::string>& command,
              const std::map<std::string, std::string>& environment) override;
};

} // namespace chutes::on_linux
