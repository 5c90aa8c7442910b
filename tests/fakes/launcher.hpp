#pragma once

#include "platform/launcher.hpp"

namespace chutes::fakes {

// Records the command line and environment of the program that would have replaced this one.
class RecordingLauncher final : public Launcher {
public:
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;

  void become(const std::vector<std::string>& given,
              const std::map<std::string, std::string>& with) override {
    command = given;
    environment = with;
  }
};

} // namespace chutes::fakes
