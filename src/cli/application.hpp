// The whole program above the platform: runs a command line and returns its exit code. The only place that
// catches errors and reports them.
#pragma once

#include "platform/platform.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// Runs the command that `arguments` name, the program's name first, and returns one of the documented exit
// codes. Reports errors on the terminal.
[[nodiscard]] int run(const std::vector<std::string>& arguments, Platform& platform) noexcept;

} // namespace chutes::cli
