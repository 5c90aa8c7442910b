// Writes the table of commands for completions/chutes-login.bash, which describes its form.
#include "base/shell_word.hpp"
#include "cli/help/completion_script.hpp"

namespace chutes::cli {
namespace {

const char* kind_of(Completion completion) {
  switch (completion) {
  case Completion::nothing:
    return "nothing";
  case Completion::choice:
    return "choice";
  case Completion::file:
    return "file";
  case Completion::file_after_at:
    return "file_after_at";
  case Completion::command:
    return "command";
  case Completion::variable:
    return "variable";
  case Completion::profile:
    return "profile";
  case Completion::model:
    return "model";
  case Completion::chute:
    return "chute";
  case Completion::app:
    return "app";
  case Completion::prompt:
    return "prompt";
  }
  return "";
}

std::string kind_and_choices(Completion completion, const std::vector<std::string>& choices) {
  std::string text = kind_of(completion);
  for (const auto& choice : choices)
    text += " " + choice;
  return text;
}

std::string options_text(const CommandEntry& entry) {
  std::string text;
  for (const auto& option : entry.options)
    for (const auto& name : option.names) {
      std::string word = name;
      if (!option.placeholder.empty())
        word += (option.value_optional ? "::" : ":") + kind_and_choices(option.completion, option.choices);
      text += " " + shell_quote(word);
    }
  return text;
}

std::string arguments_text(const CommandEntry& entry) {
  std::string text;
  for (const auto& argument : entry.arguments)
    text += " " +
            shell_quote((argument.many ? "*" : "") + kind_and_choices(argument.completion, argument.choices));
  return text;
}

} // namespace

std::string bash_table(const std::vector<CommandEntry>& table) {
  std::string text = "_chutes_login_table() {\n  commands=() options=() arguments=()\n  case $1 in\n";
  for (const auto& entry : table) {
    text += "    " + shell_quote(entry.name) + ")\n";
    std::string below;
    for (const auto* command : commands_below(entry.name, table))
      below += " " + last_word(command->name);
    if (!below.empty())
      text += "      commands=(" + below.substr(1) + ")\n";
    if (const auto options = options_text(entry); !options.empty())
      text += "      options=(" + options.substr(1) + ")\n";
    if (const auto arguments = arguments_text(entry); !arguments.empty())
      text += "      arguments=(" + arguments.substr(1) + ")\n";
    text += "      ;;\n";
  }
  return text + "  esac\n}\n";
}

} // namespace chutes::cli
