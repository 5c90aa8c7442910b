// Writes the table of commands for completions/chutes-login.fish, as `complete` commands.
#include "base/ascii.hpp"
#include "cli/help/completion_script.hpp"

#include <set>

namespace chutes::cli {
namespace {

std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\')
      quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// The flags of `complete` that complete a value.
std::string action_of(Completion completion, const std::vector<std::string>& choices) {
  switch (completion) {
  case Completion::choice:
    return " -a " + fish_quoted(join(choices, " "));
  case Completion::file_after_at:
    return " -a '(__chutes_login_file_after_at)'";
  case Completion::command:
    return " -a '(__chutes_login_subcommand)'";
  case Completion::variable:
    return " -a '(set -nx)'";
  case Completion::profile:
    return " -a '(__chutes_login_names profiles)'";
  case Completion::model:
    return " -a '(__chutes_login_names models)'";
  case Completion::chute:
    return " -a '(__chutes_login_names chutes)'";
  case Completion::app:
    return " -a '(__chutes_login_names apps)'";
  case Completion::prompt:
    return " -a '(__chutes_login_prompts)'";
  case Completion::file:
  case Completion::nothing:
    break;
  }
  return "";
}

std::string value_flags(const OptionWord& option) {
  if (option.placeholder.empty())
    return "";
  const std::string action = action_of(option.completion, option.choices);
  if (option.value_optional)
    return " -f" + action;
  return (option.completion == Completion::file ? " -r -F" : " -x") + action;
}

std::string option_line(const OptionWord& option, const std::string& condition) {
  std::string line = "complete -c chutes-login" + condition;
  for (const auto& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  return line + value_flags(option) + " -d " + fish_quoted(option.help) + "\n";
}

std::string argument_line(const ArgumentWord& argument, const std::string& command, std::size_t place) {
  if (argument.completion == Completion::nothing)
    return "";
  const std::string at =
      "__chutes_login_at " + fish_quoted(command) + (argument.many ? "" : " " + std::to_string(place));
  return "complete -c chutes-login -n " + fish_quoted(at) +
         (argument.completion == Completion::file ? " -F"
                                                  : action_of(argument.completion, argument.choices)) +
         "\n";
}

std::string names_of_commands(const std::vector<CommandEntry>& table) {
  std::string names;
  for (const auto& entry : table)
    if (!entry.name.empty())
      names += " " + fish_quoted(entry.name);
  return names;
}

std::string options_with_value(const std::vector<CommandEntry>& table) {
  std::set<std::string> found;
  for (const auto& entry : table)
    for (const auto& option : entry.options)
      if (!option.placeholder.empty() && !option.value_optional)
        found.insert(option.names.begin(), option.names.end());
  std::string names;
  for (const auto& name : found)
    names += " " + name;
  return names;
}

} // namespace

std::string fish_table(const std::vector<CommandEntry>& table) {
  std::string text = "set -g __chutes_login_commands" + names_of_commands(table) +
                     "\nset -g __chutes_login_with_value" + options_with_value(table) +
                     "\n\ncomplete -c chutes-login -f\n";
  for (const auto& entry : table) {
    const auto at = " -n " + fish_quoted("__chutes_login_at " + fish_quoted(entry.name));
    for (const auto* command : commands_below(entry.name, table))
      text += "complete -c chutes-login -n " +
              fish_quoted("__chutes_login_at " + fish_quoted(entry.name) + " 0") + " -a " +
              last_word(command->name) + " -d " + fish_quoted(command->purpose) + "\n";
    for (const auto& option : entry.options)
      text += option_line(option, entry.name.empty() ? "" : at);
    for (std::size_t i = 0; i < entry.arguments.size(); ++i)
      text += argument_line(entry.arguments[i], entry.name, i);
  }
  return text;
}

} // namespace chutes::cli
