// Builds the Linux platform, calls cli::run, returns its number: the only place that knows the real world.
#include "cli/application.hpp"
#include "linux/linux_platform.hpp"
#include "linux/process/process_hygiene.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

int main(int count, char** words) {
  try {
    chutes::on_linux::harden_process();
    chutes::on_linux::LinuxPlatform linux_platform;
    auto platform = linux_platform.platform();
    return chutes::cli::run(std::vector<std::string>(words, words + count), platform);
  } catch (const std::exception& error) {
    static_cast<void>(std::fprintf(stderr, "chutes-login: %s\n", error.what()));
    return 1;
  }
}
