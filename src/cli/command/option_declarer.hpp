// Declares the options and arguments of a command once, for the parser (cli/command_line) and for the table
// (cli/help/command_table) that help, manual pages and completions are generated from. A target keeps its
// value when its option is not given, and must outlive the parse. No option accepts an empty value.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

class OptionDeclarer {
public:
  virtual ~OptionDeclarer() = default;
  // Puts the options declared next under this heading ("Asking a model"), up to the next heading. A command
  // with more than 15 options puts each of them under one.
  virtual void group(const char* heading) = 0;
  // `names` is "-q,--quiet" or "--json"; `placeholder` names the value in help texts ("FILE").
  virtual void flag(const char* names, bool& target, const char* help) = 0;
  // Counts how often the flag is given.
  virtual void counted(const char* names, int& target, const char* help) = 0;
  virtual void value(const char* names, std::optional<std::string>& target, const char* placeholder,
                     const char* help) = 0;
  // Like `value`, but the value is optional and defaults to `implied`: "--usage", "--usage=7d".
  virtual void optional_value(const char* names, std::optional<std::string>& target, const char* implied,
                              const char* placeholder, const char* help) = 0;
  virtual void whole(const char* names, std::optional<long>& target, const char* placeholder,
                     const char* help) = 0;
  virtual void decimal(const char* names, std::optional<double>& target, const char* placeholder,
                       const char* help) = 0;
  virtual void choice(const char* names, std::string& target, const std::vector<std::string>& among,
                      const char* help) = 0;
  // Takes one value each time it is given, and may be repeated.
  virtual void list(const char* names, std::vector<std::string>& target, const char* placeholder,
                    const char* help) = 0;
  // Takes one positional argument, or all of them.
  virtual void argument(const char* name, std::optional<std::string>& target, const char* help) = 0;
  virtual void arguments(const char* name, std::vector<std::string>& target, const char* help) = 0;
  // Takes another program's command line unchanged: everything from the first positional argument on, or
  // after `--`.
  virtual void command(const char* name, std::vector<std::string>& target, const char* help) = 0;
};

// Returns the duration in `text`: "90", "90s", "5m", "2h". Throws Error{usage} naming `option` unless it is a
// whole number of seconds, minutes or hours between 0 and a day.
[[nodiscard]] std::chrono::seconds parse_duration(const std::string& text, const std::string& option);

} // namespace chutes::cli
