#pragma once

#include "platform/launcher.hpp"

namespace chutes::fakes {

// Records the command line and environment of the program that would have replaced this one, or run beside
// it; such a run returns `exit_code`.
class RecordingLauncher final : public Launcher {
public:
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::optional<int> exit_code;

  void become(const std::vector<std::string>& given,
              const std::map<std::string, std::string>& with) override {
    command = given;
    environment = with;
  }
  std::optional<int> run(const std::vector<std::string>& given,
                         const std::map<std::string, std::string>& with,
                         std::chrono::milliseconds /*longest*/) override {
    become(given, with);
    return exit_code;
  }
};

} // namespace chutes::fakes
