#include "documents/manual.hpp"

#include "base/ascii.hpp"
#include "cli/help/help_topics.hpp"
#include "documents/mdoc.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace chutes::documents {
namespace {

using cli::CommandEntry;

std::string lower_first(const std::string& text) {
  return lower(text.substr(0, 1)) + text.substr(1);
}

std::string slug_of(const std::string& text) {
  return join(split(lower(text), ' '), "-");
}

std::string options_list(const std::vector<const cli::OptionWord*>& options) {
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto* option : options)
    text += ".It " + mdoc_option(*option) + "\n" + mdoc_text(option->help) + ".\n";
  return text + ".El\n";
}

// A command's options; each group has its heading if there are several.
std::string options_lists(const CommandEntry& command) {
  const auto groups = cli::option_groups(command);
  std::string text;
  for (const auto& group : groups)
    text += (groups.size() > 1 ? ".Pp\n.Sy " + mdoc_arguments(group.heading) + "\n" : "") +
            options_list(group.options);
  return text;
}

std::string arguments_list(const std::vector<cli::ArgumentWord>& arguments) {
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto& argument : arguments)
    text += ".It Ar " + mdoc_arguments(argument.name) + "\n" + mdoc_text(argument.help) + ".\n";
  return text + ".El\n";
}

std::string synopsis(const CommandEntry& command) {
  std::string text = ".Nm chutes-login " + mdoc_arguments(command.name) + "\n";
  for (const auto& option : command.options)
    text += ".Op " + mdoc_option(option) + (option.repeatable ? " ...\n" : "\n");
  for (const auto& argument : command.arguments)
    text += ".Op Ar " + mdoc_arguments(argument.name) + (argument.many ? " ...\n" : "\n");
  return text;
}

std::string section(const CommandEntry& command, const Prose& prose) {
  std::string text = ".Ss " + mdoc_arguments(command.name) + "\n" + mdoc_text(command.purpose) + ".\n";
  if (const auto written = prose(command.name); !written.empty())
    text += ".Pp\n" + written;
  if (!command.arguments.empty())
    text += arguments_list(command.arguments);
  return text + options_lists(command) + mdoc_footer(command.footer);
}

std::vector<const CommandEntry*> commands_of(const std::string& group,
                                             const std::vector<CommandEntry>& table) {
  std::vector<const CommandEntry*> commands;
  for (const auto& entry : table)
    if (!entry.name.empty() && entry.group == group)
      commands.push_back(&entry);
  return commands;
}

std::string commands_section(const std::vector<CommandEntry>& table) {
  std::string text;
  for (const auto& group : groups_of(table)) {
    text += ".Ss " + mdoc_arguments(group) + "\nDescribed in\n.Xr " + page_name(group) +
            " 1 .\n.Bl -tag -width Ds\n";
    for (const auto* command : commands_of(group, table))
      if (!command->heading)
        text += ".It Cm " + mdoc_arguments(command->name) + "\n" + mdoc_text(command->purpose) + ".\n";
    text += ".El\n";
  }
  return text;
}

std::string topic_list(const char* topic, const char* macro) {
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto& entry : cli::find_topic(topic)->entries) {
    text += ".It ";
    for (const auto& name : entry.names)
      text += (&name == &entry.names.front() ? std::string{macro} : " , " + std::string{macro}) + " " +
              mdoc_arguments(name);
    text += "\n" + mdoc_text(entry.meaning) + "\n";
  }
  return text + ".El\n";
}

std::string see_also(const std::string& but, const std::vector<CommandEntry>& table) {
  std::set<std::string> pages;
  for (const auto& group : groups_of(table))
    pages.insert(page_name(group));
  pages.erase(but);
  std::string text;
  for (const auto& page : pages)
    text += ".Xr " + page + " 1 ,\n";
  return text;
}

void fill(std::string& page, const std::string& mark, const std::string& text) {
  for (auto at = page.find(mark); at != std::string::npos; at = page.find(mark, at + text.size()))
    page.replace(at, mark.size(), text);
}

} // namespace

std::string page_name(const std::string& group) {
  static const std::map<std::string, std::string> names{{"Signing in and out", "sign-in"},
                                                        {"Using the session", "session"},
                                                        {"Invoking", "invoke"},
                                                        {"Registering apps", "app"},
                                                        {"Everything else", "tools"}};
  const auto found = names.find(group);
  return "chutes-login-" + (found == names.end() ? slug_of(group) : found->second);
}

std::vector<std::string> groups_of(const std::vector<CommandEntry>& table) {
  std::vector<std::string> groups;
  for (const auto& entry : table)
    if (!entry.name.empty() && std::find(groups.begin(), groups.end(), entry.group) == groups.end())
      groups.push_back(entry.group);
  return groups;
}

std::string group_page(const std::string& group, const std::vector<CommandEntry>& table, const Prose& prose,
                       const std::string& date) {
  const auto name = page_name(group);
  std::string text = ".Dd " + date + "\n.Dt " + upper(name) + " 1\n.Os chutes-login\n.Sh NAME\n.Nm " + name +
                     "\n.Nd " + mdoc_text(lower_first(group)) + " with chutes\\-login\n.Sh SYNOPSIS\n";
  const auto commands = commands_of(group, table);
  for (const auto* command : commands)
    if (!command->heading)
      text += synopsis(*command);
  text += ".Sh DESCRIPTION\nEach command also takes the global options, which\n.Xr chutes-login 1\n"
          "describes together with the environment, the files and the exit codes.\n";
  for (const auto* command : commands)
    if (!command->heading)
      text += section(*command, prose);
  return text + ".Sh SEE ALSO\n.Xr chutes-login 1 ,\n" + see_also(name, table) + ".Xr chutes-sandbox 1\n";
}

std::string main_page(std::string frame, const std::vector<CommandEntry>& table, const std::string& date) {
  fill(frame, "@DATE@", date);
  fill(frame, "@COMMANDS@\n", commands_section(table));
  fill(frame, "@OPTIONS@\n", options_lists(table.front()));
  fill(frame, "@ENVIRONMENT@\n", topic_list("environment", "Ev"));
  fill(frame, "@FILES@\n", topic_list("files", "Pa"));
  fill(frame, "@EXIT_STATUS@\n", topic_list("exit-codes", "Li"));
  fill(frame, "@PAGES@\n", see_also("", table));
  return frame;
}

} // namespace chutes::documents
