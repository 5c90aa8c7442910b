// The table of commands that help, manual and completions are made of.
#include "cli/help/command_table.hpp"
#include "cli/help/help_page.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace chutes::cli;

namespace {

const std::vector<CommandEntry>& table() {
  static const auto made = command_table(all_commands());
  return made;
}

const CommandEntry& entry(const std::string& name) {
  return *std::find_if(table().begin(), table().end(), [&](const auto& one) { return one.name == name; });
}

const OptionWord& option(const std::string& command, const std::string& name) {
  const auto& options = entry(command).options;
  return *std::find_if(options.begin(), options.end(),
                       [&](const auto& one) { return one.names.back() == name; });
}

} // namespace

TEST_CASE("the table begins with the program itself, and has every command once") {
  CHECK(table().front().name.empty());
  std::vector<std::string> names;
  for (const auto& one : table())
    names.push_back(one.name);
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  CHECK(names.size() == all_commands().size() + 1);
}

TEST_CASE("an option's names, its value and what completes it are told from its declaration") {
  CHECK(option("", "--quiet").names == std::vector<std::string>{"-q", "--quiet"});
  CHECK(option("", "--quiet").placeholder.empty());
  CHECK(option("", "--verbose").repeatable);
  CHECK(option("", "--color").choices == std::vector<std::string>{"auto", "always", "never"});
  CHECK(option("", "--profile").completion == Completion::profile);
  CHECK(option("balance", "--usage").value_optional);
  CHECK(option("login", "--scope").repeatable);
  CHECK(option("setup", "--api-key-file").completion == Completion::file);
  CHECK(option("setup", "--name").completion == Completion::nothing);
  CHECK(option("invoke", "--model").completion == Completion::model);
  CHECK(option("invoke", "--data").completion == Completion::file_after_at);
  CHECK(entry("profile use").arguments.front().completion == Completion::profile);
  CHECK(entry("exec").arguments.front().completion == Completion::command);
}

TEST_CASE("a command with more than 15 options groups all of them, each group in one place") {
  for (const auto& one : table()) {
    CAPTURE(one.name);
    const auto groups = option_groups(one);
    std::vector<std::string> headings;
    for (const auto& group : groups)
      headings.push_back(group.heading);
    std::sort(headings.begin(), headings.end());
    CHECK(std::adjacent_find(headings.begin(), headings.end()) == headings.end());
    if (one.name.empty() || one.options.size() <= 15)
      continue;
    CHECK(groups.size() > 1);
    CHECK(std::all_of(one.options.begin(), one.options.end(),
                      [](const auto& word) { return !word.group.empty(); }));
  }
}

TEST_CASE(
    "the options of invoke are grouped by what they are for, the global ones are a group of their own") {
  CHECK(option("invoke", "--model").group == "Asking a model");
  CHECK(option("invoke", "--field").group == "Calling a cord");
  CHECK(option("invoke", "--batch").group == "Batches");
  CHECK(option("invoke", "--output").group == "Output and limits");
  for (const auto& word : table().front().options)
    CHECK(word.group == "Global options");
}

TEST_CASE("the help page lists each group under its heading") {
  const auto page = help_page("invoke", table(), "chutes-login", 80);
  std::size_t at = 0;
  for (const char* line :
       {"\nAsking a model:\n", "\n  -m, --model ", "\nCalling a cord:\n", "\n  -X, --method ", "\nBatches:\n",
        "\n  --batch ", "\nOutput and limits:\n", "\n  -o, --output ", "\nGlobal options ("}) {
    const auto found = page.find(line, at);
    REQUIRE_MESSAGE(found != std::string::npos, line);
    at = found + 1;
  }
  CHECK(page.find("\nOptions:\n") == std::string::npos);
  CHECK(help_page("token", table(), "chutes-login", 80).find("\nOptions:\n") != std::string::npos);
}

TEST_CASE("every purpose and every explanation of an option is a sentence in one line, without its period") {
  for (const auto& one : table())
    for (const auto& word : one.options) {
      CAPTURE(one.name);
      CAPTURE(word.names.back());
      CHECK_FALSE(word.help.empty());
      CHECK(word.help.find('\n') == std::string::npos);
      CHECK_FALSE(word.help.ends_with('.'));
      CHECK_FALSE((word.help.front() >= 'a' && word.help.front() <= 'z'));
    }
  for (const auto& one : table())
    if (!one.name.empty()) {
      CAPTURE(one.name);
      CHECK_FALSE(one.purpose.ends_with('.'));
      CHECK(one.purpose.find('\n') == std::string::npos);
    }
}

TEST_CASE("every command that does something has examples") {
  for (const auto& one : table())
    if (!one.name.empty() && !one.heading)
      CHECK_MESSAGE(one.footer.find("Examples:\n  ") != std::string::npos, one.name);
}

TEST_CASE("no two options of one command share a name, nor one with an option of every command") {
  for (const auto& one : table()) {
    std::vector<std::string> names;
    for (const auto& word : one.options)
      names.insert(names.end(), word.names.begin(), word.names.end());
    if (!one.name.empty())
      for (const auto& word : table().front().options)
        names.insert(names.end(), word.names.begin(), word.names.end());
    std::sort(names.begin(), names.end());
    CHECK_MESSAGE(std::adjacent_find(names.begin(), names.end()) == names.end(), one.name);
  }
}
