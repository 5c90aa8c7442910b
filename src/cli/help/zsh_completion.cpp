// The table of commands for completions/_chutes-login, as _arguments and _describe take it.
#include "cli/help/completion_script.hpp"

namespace chutes::cli {
namespace {

// Text inside a specification of _arguments, where these characters mean something.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '(' || c == ')' || c == '\\')
      result += '\\';
    result += c;
  }
  return result;
}

// What stands between the brackets of an option: only what ends them is special.
std::string explained(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\')
      result += '\\';
    result += c;
  }
  return result;
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
  return shell_quoted(text);
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
      text += "        " + shell_quoted("(-):" + action) + "\n        '*::argument: _normal'\n";
    else
      text += "        " + shell_quoted((argument.many ? "*:" : std::to_string(i + 1) + ":") + action) + "\n";
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
      below += "        " + shell_quoted(last_word(command->name) + ":" + escaped(command->purpose)) + "\n";
    text += "    " + shell_quoted(entry.name) + ")\n" + array("commands", below) +
            array("options", options_text(entry)) + array("arguments", arguments_text(entry)) + "      ;;\n";
  }
  text += "  esac\n  if [[ -n $1 ]]; then\n    options+=(\n";
  for (const auto& line : {options_text(table.front())})
    text += line;
  return text + "    )\n  fi\n}\n";
}

} // namespace chutes::cli
