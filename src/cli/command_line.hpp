// Parses the command line into the commands' options. The only file that uses CLI11, which takes seconds to
// compile.
#pragma once

#include "base/error.hpp"
#include "cli/command/command.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

class CommandLine {
public:
  // `commands` must outlive this.
  CommandLine(const std::string& program, const std::vector<Command>& commands, Platform& platform);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  struct Chosen {
    const Command* command = nullptr; // null: print `page` and exit (--help, --version)
    GlobalOptions options;
    std::string page;
  };
  // Without a command, chooses `login` under the name `chutes-login`, and the help page under the short name
  // `chutes`. Throws Error{usage} naming the wrong word, unless it may be a secret. An invalid configuration
  // does not keep `doctor` from running, without its settings: it reports GlobalOptions::configuration_error.
  [[nodiscard]] Chosen parse(const std::vector<std::string>& arguments);

private:
  struct Parser;
  // Returns the error in the configuration file; absent if it is valid or does not exist.
  [[nodiscard]] static std::optional<Error> error_in_configuration(const std::string& program,
                                                                   Platform& platform);

  std::unique_ptr<Parser> m_parser;
};

} // namespace chutes::cli
