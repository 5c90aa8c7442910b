// The options and arguments of every command as plain data, from which help pages, manual pages and
// completions are generated.
#pragma once

#include "cli/command/command.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// What completes a value, derived from its placeholder.
enum class Completion {
  nothing,
  choice,        // one of `choices`
  file,          // a file or a directory
  file_after_at, // text, or '@' and a file
  command,       // a program and its arguments
  variable,      // an environment variable's name
  profile,       // this and the following: names from the caches
  model,
  chute,
  app,
  prompt, // a chute; or with -m a prompt, which may be any text
};

struct OptionWord {
  std::vector<std::string> names; // "-q", "--quiet"
  std::string placeholder;        // empty: it takes no value
  bool value_optional = false;    // "--usage", "--usage=7d"
  bool repeatable = false;
  Completion completion = Completion::nothing;
  std::vector<std::string> choices;
  std::string help;
  std::string group{}; // the heading it is listed under; empty: "Options"
};

struct ArgumentWord {
  std::string name; // "FILTER"
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
  bool heading = false; // only a name that its commands share
  std::vector<OptionWord> options;
  std::vector<ArgumentWord> arguments;
};

// The options under one heading, in the order they are declared.
struct OptionGroup {
  std::string heading; // "Options" for options without a group
  std::vector<const OptionWord*> options;
};
// The options of `entry`, which must outlive the result, by their groups in the order of declaration.
[[nodiscard]] std::vector<OptionGroup> option_groups(const CommandEntry& entry);

// The program itself, then the commands in the order of the help page.
[[nodiscard]] std::vector<CommandEntry> command_table(const std::vector<Command>& commands);

// The next words of the commands below `name`: "list", "use" and "remove" below "profile".
[[nodiscard]] std::vector<const CommandEntry*> commands_below(const std::string& name,
                                                              const std::vector<CommandEntry>& table);
// The last word of a command's name.
[[nodiscard]] std::string last_word(const std::string& name);

} // namespace chutes::cli
