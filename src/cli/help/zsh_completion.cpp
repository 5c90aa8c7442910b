// Writes the table of commands for completions/_chutes-login, as specifications of _arguments and _describe.
#include "base/shell_word.hpp"
#include "cli/help/completion_script.hpp"

namespace chutes::cli {
namespace {

std::string with_backslashes(const std::string& text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos)
      result += '\\';
    result += c;
  }
  return result;
}

// Escapes text inside a specification of _arguments.
std::string escaped(const std::string& text) {
  return with_backslashes(text, ":[]()\\");
}

// Escapes the explanation of an option, which is in brackets.
std::string explained(const std::string& text) {
  return with_backslashes(text, ":[]\\");
}

std::string action_of(Completion completion, const std::vector<std::string>& choices) {
  switch (completion) {
  case Completion::choice: {
    std::string among;
    for (const auto& choice : choices)
      among += " " + escaped(choice);
    return "(" + among.substr(among.empty() ? 0 : 1) + ")";
  }
  case Completion::file:
    return "_files";
  case Completion::file_after_at:
    return "_chutes-login_file_after_at";
  case Completion::command:
    return "_command_names -e";
  case Completion::variable:
    return "_parameters -g \"*export*\"";
  case Completion::profile:
    return "_chutes-login_profiles";
  case Completion::model:
    return "_chutes-login_models";
  case Completion::chute:
    return "_chutes-login_chutes";
  case Completion::app:
    return "_chutes-login_apps";
  case Completion::prompt:
    return "_chutes-login_prompts";
  case Completion::nothing:
    break;
  }
  return " ";
}

// How the value follows the name: "--color=auto" or "--color auto", "-mX" or "-m X", "--usage=7d" only.
std::string value_mark(const OptionWord& option, const std::string& name) {
  if (option.placeholder.empty())
    return "";
  if (option.value_optional)
    return "=-";
  return name.starts_with("--") ? "=" : "+";
}

std::string excluded(const OptionWord& option) {
  if (option.names.back() == "--help" || option.names.back() == "--version")
    return "(- *)";
  if (option.repeatable || option.names.size() < 2)
    return option.repeatable ? "*" : "";
  std::string text;
  for (const auto& name : option.names)
    text += " " + name;
  return "(" + text.substr(1) + ")";
}

std::string option_text(const OptionWord& option, const std::string& name) {
  std::string text = excluded(option) + name + value_mark(option, name) + "[" + explained(option.help) + "]";
  if (!option.placeholder.empty())
    text += std::string{option.value_optional ? "::" : ":"} + escaped(option.placeholder) + ":" +
            action_of(option.completion, option.choices);
  return shell_quote(text);
}

std::string options_text(const CommandEntry& entry) {
  std::string text;
  for (const auto& option : entry.options)
    for (const auto& name : option.names)
      text += "        " + option_text(option, name) + "\n";
  return text;
}

std::string arguments_text(const CommandEntry& entry) {
  std::string text;
  for (std::size_t i = 0; i < entry.arguments.size(); ++i) {
    const auto& argument = entry.arguments[i];
    const auto action = escaped(argument.name) + ":" + action_of(argument.completion, argument.choices);
    if (argument.completion == Completion::command)
      text += "        " + shell_quote("(-):" + action) + "\n        '*::argument: _normal'\n";
    else
      text += "        " + shell_quote((argument.many ? "*:" : std::to_string(i + 1) + ":") + action) + "\n";
  }
  return text;
}

std::string array(const char* name, const std::string& lines) {
  return lines.empty() ? "" : std::string{"      "} + name + "=(\n" + lines + "      )\n";
}

} // namespace

std::string zsh_table(const std::vector<CommandEntry>& table) {
  std::string text = "_chutes-login_table() {\n  case $1 in\n";
  for (const auto& entry : table) {
    std::string below;
    for (const auto* command : commands_below(entry.name, table))
      below += "        " + shell_quote(last_word(command->name) + ":" + escaped(command->purpose)) + "\n";
    text += "    " + shell_quote(entry.name) + ")\n" + array("commands", below) +
            array("options", options_text(entry)) + array("arguments", arguments_text(entry)) + "      ;;\n";
  }
  text += "  esac\n  if [[ -n $1 ]]; then\n    options+=(\n";
  return text + options_text(table.front()) + "    )\n  fi\n}\n";
}

} // namespace chutes::cli
