// The parser: the only place that knows CLI11, which costs seconds to compile. Parsing fills the commands'
// options and touches nothing else.
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
    const Command* command = nullptr; // null: print `page` and be done (--help, --version)
    GlobalOptions options;
    std::string page;
  };
  // With no command: `login` under the program's long name, the help page under the short name `chutes`.
  // Throws Error{usage}; what was typed wrong is named, except where it may be a secret.
  // `doctor` is chosen in spite of a broken configuration, and without its settings: it reports
  // GlobalOptions::configuration_error itself.
  [[nodiscard]] Chosen parse(const std::vector<std::string>& arguments);

private:
  struct Parser;
  // What is wrong with the configuration file, were no option given; absent if it is sound or does not exist.
  [[nodiscard]] static std::optional<Error> error_in_configuration(const std::string& program,
                                                                   Platform& platform);

  std::unique_ptr<Parser> m_parser;
};

} // namespace chutes::cli
