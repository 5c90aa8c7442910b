// `help`: prints a topic that concerns all commands. `help COMMAND` prints that command's --help, which
// cli/command_line handles.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "cli/command/command.hpp"
#include "cli/command/exit_code.hpp"
#include "cli/help/help_topics.hpp"
#include "cli/output/wrapped_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

struct HelpOptions {
  std::vector<std::string> words;
};

constexpr const char* footer = R"(Examples:
  chutes-login help token
  chutes-login help exit-codes
  chutes-login help environment --json
)";

void declare(OptionDeclarer& declarer, HelpOptions& options) {
  declarer.arguments("TOPIC", options.words, "A command, or exit-codes, environment or files");
}

Json exit_code_document() {
  Json rows = Json::array({Json{{"code", 0}, {"meaning", "done"}}});
  for (const auto& row : exit_codes)
    rows.push_back({{"code", row.code}, {"kind", row.name}, {"meaning", row.meaning}});
  return rows;
}

Json document_of(const HelpTopic& topic) {
  if (topic.name == "exit-codes")
    return exit_code_document();
  Json rows = Json::array();
  for (const auto& entry : topic.entries)
    rows.push_back({{"names", entry.names}, {"meaning", entry.meaning}});
  return rows;
}

void run(const HelpOptions& options, Context& context) {
  const auto* topic = options.words.size() == 1 ? find_topic(options.words.front()) : nullptr;
  if (topic == nullptr)
    throw Error{ErrorKind::usage, "help takes one command or topic: exit-codes, environment or files",
                "'" + context.program + " --help' lists the commands"};
  Explained rows;
  for (const auto& entry : topic->entries)
    rows.emplace_back(join(entry.names, ", "), entry.meaning);
  const int width = page_width(context.platform.terminal.width());
  context.result(document_of(*topic),
                 wrapped(topic->purpose + ":", width, 0) + "\n" + explained_lines(rows, width));
}

} // namespace

Command help_command() {
  return command("help", "Everything else", "Explain a command, or exit codes, environment and files", footer,
                 declare, run);
}

} // namespace chutes::cli
