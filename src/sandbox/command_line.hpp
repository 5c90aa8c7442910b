// The sandbox's own command line.
#pragma once

#include "sandbox/server.hpp"

#include <string>
#include <vector>

namespace chutes::sandbox {

struct CommandLine {
  ServerOptions server;
  bool help = false;
  bool version = false;
};

// `words` without the program's name. Throws Error{usage}.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& words);
[[nodiscard]] std::string help_text();

} // namespace chutes::sandbox
