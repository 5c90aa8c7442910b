// The command line of chutes-sandbox.
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

// Parses `words`, which exclude the program's name. Throws Error{usage}.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& words);
// Returns the text of --help.
[[nodiscard]] std::string help_text();

} // namespace chutes::sandbox
