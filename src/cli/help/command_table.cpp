#include "cli/help/command_table.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <map>

namespace chutes::cli {
namespace {

const std::vector<std::string> well_known_scopes{"openid",  "profile", "chutes:invoke", "account:read",
                                                 "balance", "quota",   "usage"};

struct Completed {
  Completion completion = Completion::nothing;
  std::vector<std::string> choices;
};

// What completes a value by its placeholder, the same in every command.
Completed completed_by_placeholder(const std::string& placeholder) {
  static const std::map<std::string, Completed> known{
      {"MODEL", {Completion::model, {}}},
      {"CHUTE", {Completion::chute, {}}},
      {"APP", {Completion::app, {}}},
      {"PROFILE", {Completion::profile, {}}},
      {"COMMAND", {Completion::command, {}}},
      {"METHOD", {Completion::choice, {"GET", "POST", "PUT", "PATCH", "DELETE"}}},
      {"SCOPE", {Completion::choice, well_known_scopes}},
      {"TIME", {Completion::choice, {"30s", "5m", "30m", "1h"}}},
      {"PERIOD", {Completion::choice, {"24h", "7d", "30d"}}},
  };
  if (const auto found = known.find(placeholder); found != known.end())
    return found->second;
  if (placeholder.find("@FILE") != std::string::npos)
    return {Completion::file_after_at, {}};
  for (const char* word : {"FILE", "DIR", "PATH"})
    if (placeholder.find(word) != std::string::npos)
      return {Completion::file, {}};
  const bool names_them = placeholder.find('|') != std::string::npos &&
                          std::all_of(placeholder.begin(), placeholder.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '|'; });
  return names_them ? Completed{Completion::choice, split(placeholder, '|')} : Completed{};
}

// What completes a value: an exception for this command or option, or else by the placeholder.
Completed completed(const std::string& command, const std::string& name, const std::string& placeholder) {
  static const std::map<std::string, Completed> exceptions{
      {"--profile", {Completion::profile, {}}},
      {"--store", {Completion::choice, {"keychain", "file", "plaintext"}}},
      {"--secret-to", {Completion::choice, {"keychain", "file:", "env-file:", "github", "stdout"}}},
      {"profile use NAME", {Completion::profile, {}}},
      {"profile remove NAME", {Completion::profile, {}}},
      {"exec --env", {Completion::variable, {}}},
      {"introspect SOURCE", {Completion::choice, {"-"}}},
      {"completion SHELL", {Completion::choice, {"bash", "zsh", "fish"}}},
      {"help TOPIC", {Completion::choice, {"exit-codes", "environment", "files"}}}, // and the commands
      {"invoke WORDS", {Completion::prompt, {}}},
      {"invoke PATH", {}}, // of a cord
  };
  std::string in_command = command;
  in_command.append(" ").append(name);
  for (const auto& key : {in_command, name})
    if (const auto found = exceptions.find(key); found != exceptions.end())
      return found->second;
  return completed_by_placeholder(placeholder);
}

// Collects a command's options and arguments as rows of the table.
class TableDeclarer final : public OptionDeclarer {
public:
  explicit TableDeclarer(CommandEntry& entry) : m_entry(entry) {}

  void group(const char* heading) override { m_group = heading; }
  void flag(const char* names, bool& /*target*/, const char* help) override { option(names, "", help); }
  void counted(const char* names, int& /*target*/, const char* help) override {
    option(names, "", help).repeatable = true;
  }
  void value(const char* names, std::optional<std::string>& /*target*/, const char* placeholder,
             const char* help) override {
    option(names, placeholder, help);
  }
  void optional_value(const char* names, std::optional<std::string>& /*target*/, const char* /*implied*/,
                      const char* placeholder, const char* help) override {
    option(names, placeholder, help).value_optional = true;
  }
  void whole(const char* names, std::optional<long>& /*target*/, const char* placeholder,
             const char* help) override {
    option(names, placeholder, help);
  }
  void decimal(const char* names, std::optional<double>& /*target*/, const char* placeholder,
               const char* help) override {
    option(names, placeholder, help);
  }
  void choice(const char* names, std::string& /*target*/, const std::vector<std::string>& among,
              const char* help) override {
    auto& word = option(names, join(among, "|"), help);
    word.completion = Completion::choice;
    word.choices = among;
  }
  void list(const char* names, std::vector<std::string>& /*target*/, const char* placeholder,
            const char* help) override {
    option(names, placeholder, help).repeatable = true;
  }
  void argument(const char* name, std::optional<std::string>& /*target*/, const char* help) override {
    argument_word(name, false, help);
  }
  void arguments(const char* name, std::vector<std::string>& /*target*/, const char* help) override {
    argument_word(name, true, help);
  }
  void command(const char* name, std::vector<std::string>& /*target*/, const char* help) override {
    argument_word(name, true, help);
  }

private:
  OptionWord& option(const std::string& names, const std::string& placeholder, const char* help) {
    OptionWord word;
    word.names = split(names, ',');
    word.placeholder = placeholder;
    word.help = help;
    word.group = m_group;
    const auto found = completed(m_entry.name, word.names.back(), placeholder);
    word.completion = found.completion;
    word.choices = found.choices;
    return m_entry.options.emplace_back(std::move(word));
  }

  void argument_word(const std::string& name, bool many, const char* help) {
    const auto found = completed(m_entry.name, name, name);
    m_entry.arguments.push_back({name, many, found.completion, found.choices, help});
  }

  CommandEntry& m_entry;
  std::string m_group;
};

CommandEntry the_program() {
  CommandEntry entry;
  entry.purpose = "The terminal client for Sign in with Chutes.";
  GlobalOptions unused;
  TableDeclarer declarer{entry};
  declarer.group("Global options");
  declare_global(declarer, unused);
  bool given = false;
  declarer.flag("--version", given, "Print the version");
  declarer.flag("-h,--help", given, "Print the help page of the command");
  return entry;
}

} // namespace

std::vector<CommandEntry> command_table(const std::vector<Command>& commands) {
  std::vector<CommandEntry> table{the_program()};
  for (const auto& command : commands) {
    CommandEntry entry{command.name, command.group, command.purpose, command.footer, !command.run, {}, {}};
    TableDeclarer declarer{entry};
    command.declare(declarer);
    table.push_back(std::move(entry));
  }
  for (auto& entry : table)
    if (entry.name == "help")
      for (const auto* command : commands_below("", table))
        entry.arguments.front().choices.push_back(command->name);
  return table;
}

std::vector<OptionGroup> option_groups(const CommandEntry& entry) {
  std::vector<OptionGroup> groups;
  for (const auto& option : entry.options) {
    const std::string heading = option.group.empty() ? "Options" : option.group;
    if (groups.empty() || groups.back().heading != heading)
      groups.push_back({heading, {}});
    groups.back().options.push_back(&option);
  }
  return groups;
}

std::vector<const CommandEntry*> commands_below(const std::string& name,
                                                const std::vector<CommandEntry>& table) {
  const std::string before = name.empty() ? "" : name + " ";
  std::vector<const CommandEntry*> below;
  for (const auto& entry : table)
    if (!entry.name.empty() && entry.name.starts_with(before) &&
        entry.name.find(' ', before.size()) == std::string::npos)
      below.push_back(&entry);
  return below;
}

std::string last_word(const std::string& name) {
  return name.substr(name.rfind(' ') + 1); // npos + 1 is 0
}

} // namespace chutes::cli
