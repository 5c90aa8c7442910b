// Every command with its words as plain data: what completions and manual pages are generated from, so that
// they follow the commands by themselves.
#pragma once

#include "cli/command/command.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// What can stand for a value, told from its placeholder.
enum class Completion {
  nothing,
  choice,        // one of the word's own choices
  file,          // a file or a directory
  file_after_at, // text, or '@' and a file
  command,       // a program and its arguments
  variable,      // an environment variable's name
  profile,       // the rest are names from the dated caches
  model,
  chute,
  app,
  prompt, // a chute, or with -m a prompt, which may be anything
};

struct OptionWord {
  std::vector<std::string> names; // "-q", "--quiet"
  std::string placeholder;        // empty: it takes no value
  bool value_optional = false;    // "--usage", "--usage=7d"
  bool repeatable = false;
  Completion completion = Completion::nothing;
  std::vector<std::string> choices;
  std::string help;
};

struct ArgumentWord {
  std::string name; // as "FILTER"
  bool many = false;
  Completion completion = Completion::nothing;
  std::vector<std::string> choices;
  std::string help;
};

struct CommandEntry {
  std::string name; // one word or two; empty for the program itself, whose options every command takes
  std::string group;
  std::string purpose;
  std::string footer;
  bool heading = false; // does nothing but stand before its commands
  std::vector<OptionWord> options;
  std::vector<ArgumentWord> arguments;
};

// The program itself, then the commands in the order of the help page.
[[nodiscard]] std::vector<CommandEntry> command_table(const std::vector<Command>& commands);

// The next words of the commands below `name`: "list", "use" and "remove" below "profile".
[[nodiscard]] std::vector<const CommandEntry*> commands_below(const std::string& name,
                                                              const std::vector<CommandEntry>& table);
// The last word of a command's name.
[[nodiscard]] std::string last_word(const std::string& name);

} // namespace chutes::cli
