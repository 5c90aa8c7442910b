#include "cli/help/help_page.hpp"

#include "base/ascii.hpp"
#include "cli/output/wrapped_text.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr const char* root_examples = R"(Examples:
  %s setup
  %s invoke -m deepseek-ai/DeepSeek-V3.2-TEE "Explain PKCE briefly"
  %s exec -- python3 chat.py
)";

std::string replaced_everywhere(std::string text, std::string_view what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// The width of the column of option names that all groups share; longer names stand on a line of their own.
int option_columns(const CommandEntry& entry) {
  constexpr std::size_t longest = 26;
  std::size_t widest = 0;
  for (const auto& option : entry.options)
    if (const auto width = spelling_of(option).size(); width <= longest)
      widest = std::max(widest, width);
  return static_cast<int>(widest);
}

std::string options_section(const CommandEntry& entry, int columns) {
  const int name_columns = option_columns(entry);
  std::string text;
  for (const auto& group : option_groups(entry)) {
    Explained rows;
    for (const auto* option : group.options)
      rows.emplace_back(spelling_of(*option), option->help);
    text += "\n" + group.heading + ":\n" + explained_lines(rows, columns, name_columns);
  }
  return text;
}

std::string arguments_section(const CommandEntry& entry, int columns) {
  Explained rows;
  for (const auto& argument : entry.arguments)
    rows.emplace_back(argument.name, argument.help);
  return rows.empty() ? "" : "\nArguments:\n" + explained_lines(rows, columns);
}

// The commands of the program under the headings of their groups, in the order in which these come first.
std::string groups_section(const std::vector<CommandEntry>& table, int columns) {
  std::vector<std::string> groups;
  int longest = 0;
  const auto commands = commands_below("", table);
  for (const auto* command : commands) {
    longest = std::max(longest, static_cast<int>(command->name.size()));
    if (std::find(groups.begin(), groups.end(), command->group) == groups.end())
      groups.push_back(command->group);
  }
  std::string text;
  for (const auto& group : groups) {
    Explained rows;
    for (const auto* command : commands)
      if (command->group == group)
        rows.emplace_back(command->name, command->purpose);
    text += "\n" + group + ":\n" + explained_lines(rows, columns, longest);
  }
  return text;
}

std::string commands_section(const std::vector<const CommandEntry*>& below, int columns) {
  Explained rows;
  for (const auto* command : below)
    rows.emplace_back(last_word(command->name), command->purpose);
  return rows.empty() ? "" : "\nCommands:\n" + explained_lines(rows, columns);
}

// Wraps paragraphs to the width of the page; leaves indented lines as they are.
std::string footer_section(const std::string& footer, int columns) {
  std::string text;
  std::string paragraph;
  const auto end_paragraph = [&] {
    text += wrapped(paragraph, columns, 0);
    paragraph.clear();
  };
  for (std::size_t at = 0; at < footer.size();) {
    const auto end = std::min(footer.find('\n', at), footer.size());
    const auto line = footer.substr(at, end - at);
    if (line.empty() || line.starts_with("  ") || line.ends_with(':')) {
      if (line.ends_with(':') && !line.starts_with("  "))
        paragraph += (paragraph.empty() ? "" : " ") + line;
      end_paragraph();
      if (line.empty() || line.starts_with("  "))
        text += line + "\n";
    } else {
      paragraph += (paragraph.empty() ? "" : " ") + line;
    }
    at = end + 1;
  }
  end_paragraph();
  return text.empty() ? "" : "\n" + text;
}

// The names of the global options, for the end of every command's page.
std::string global_options_section(const CommandEntry& root, const std::string& program, int columns) {
  std::string names;
  for (const auto& option : root.options) {
    if (option.names.back() == "--help" || option.names.back() == "--version")
      continue;
    names += " " + join(option.names, ",");
  }
  return "\n" +
         wrapped(root.options.front().group + " ('" + program + " --help' explains them):", columns, 0) +
         wrapped(names, columns, 2) + "\n";
}

std::string root_page(const std::vector<CommandEntry>& table, const std::string& program, int columns) {
  const auto& root = table.front();
  return wrapped(root.purpose, columns, 0) + "\n" +
         wrapped("Usage: " + program + " [OPTIONS] [COMMAND]", columns, 0) + groups_section(table, columns) +
         options_section(root, columns) + "\n" + replaced_everywhere(root_examples, "%s", program) + "\n" +
         wrapped("'" + program +
                     " help COMMAND' explains a command; 'help exit-codes', 'help environment' and "
                     "'help files' describe what scripts can rely on. See also chutes-login(1).",
                 columns, 0);
}

} // namespace

std::string usage_of(const CommandEntry& entry, bool has_commands) {
  if (entry.heading)
    return "COMMAND [OPTIONS]";
  std::string text = entry.options.empty() ? "" : "[OPTIONS]";
  for (const auto& argument : entry.arguments)
    text += (text.empty() ? "[" : " [") + argument.name + (argument.many ? "...]" : "]");
  return text + (has_commands ? " | COMMAND" : "");
}

std::string spelling_of(const OptionWord& option) {
  auto text = join(option.names, ", ");
  if (option.placeholder.empty())
    return text;
  return text + (option.value_optional ? "[=" + option.placeholder + "]" : " " + option.placeholder);
}

std::string help_page(const std::string& name, const std::vector<CommandEntry>& table,
                      const std::string& program, int columns) {
  const int width = page_width(columns);
  const auto entry =
      std::find_if(table.begin(), table.end(), [&](const CommandEntry& one) { return one.name == name; });
  if (name.empty() || entry == table.end())
    return root_page(table, program, width);
  const auto below = commands_below(name, table);
  return wrapped(entry->purpose, width, 0) + "\n" +
         wrapped("Usage: " + program + " " + name + " " + usage_of(*entry, !below.empty()), width, 0) +
         commands_section(below, width) + arguments_section(*entry, width) + options_section(*entry, width) +
         footer_section(entry->footer, width) + global_options_section(table.front(), program, width);
}

} // namespace chutes::cli
