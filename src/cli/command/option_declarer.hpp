// The words of a command line, declared once per command and read by whoever needs them: the parser
// (command_line), and the table (command_table) that completions and manual pages are made of. Targets keep
// their default when the word is not given, and must outlive the parse.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

class OptionDeclarer {
public:
  virtual ~OptionDeclarer() = default;
  // `names` as "-q,--quiet" or "--json". `placeholder` stands for the value in help texts.
  virtual void flag(const char* names, bool& target, const char* help) = 0;
  // May be repeated: how often it was given.
  virtual void counted(const char* names, int& target, const char* help) = 0;
  virtual void value(const char* names, std::optional<std::string>& target, const char* placeholder,
                     const char* help) = 0;
  // Like `value`, but the value may be left out, which means `implied`: "--usage", "--usage=7d".
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
  // What stands without an option before it: at most one, or all of them.
  virtual void argument(const char* name, std::optional<std::string>& target, const char* help) = 0;
  virtual void arguments(const char* name, std::vector<std::string>& target, const char* help) = 0;
  // Another program's command line, which ends ours: everything from the first word that is no option, or
  // after `--`, as it was typed.
  virtual void command(const char* name, std::vector<std::string>& target, const char* help) = 0;
};

} // namespace chutes::cli
