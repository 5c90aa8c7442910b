// Declares the options and arguments of a command. Each command declares them once; the declarer behind this
// interface is the parser (command_line), or the table that help, manual pages and completions are made from
// (command_table).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// Every target keeps its value if the option is not given, and must outlive the parse. `names` is "--json",
// or
// "-q,--quiet" with a short name; `placeholder` names the value in help texts.
class OptionDeclarer {
public:
  virtual ~OptionDeclarer() = default;
  virtual void flag(const char* names, bool& target, const char* help) = 0;
  // May be repeated; the target counts how often it is given.
  virtual void counted(const char* names, int& target, const char* help) = 0;
  virtual void value(const char* names, std::optional<std::string>& target, const char* placeholder,
                     const char* help) = 0;
  // Like `value`, but without a value it means `implied`: "--usage", "--usage=7d".
  virtual void optional_value(const char* names, std::optional<std::string>& target, const char* implied,
                              const char* placeholder, const char* help) = 0;
  virtual void whole(const char* names, std::optional<long>& target, const char* placeholder,
                     const char* help) = 0;
  virtual void decimal(const char* names, std::optional<double>& target, const char* placeholder,
                       const char* help) = 0;
  virtual void choice(const char* names, std::string& target, const std::vector<std::string>& among,
                      const char* help) = 0;
  // May be repeated, one value each.
  virtual void list(const char* names, std::vector<std::string>& target, const char* placeholder,
                    const char* help) = 0;
  // Words without an option before them: at most one, or any number.
  virtual void argument(const char* name, std::optional<std::string>& target, const char* help) = 0;
  virtual void arguments(const char* name, std::vector<std::string>& target, const char* help) = 0;
  // The command line of another program, unchanged: everything after `--`, or from the first word that is not
  // an option.
  virtual void command(const char* name, std::vector<std::string>& target, const char* help) = 0;
};

// Returns the duration in `text`: "90", "90s", "5m", "2h". Throws Error{usage} naming `option` unless it is a
// whole number of seconds, minutes or hours between 0 and a day.
[[nodiscard]] std::chrono::seconds parse_duration(const std::string& text, const std::string& option);

} // namespace chutes::cli
