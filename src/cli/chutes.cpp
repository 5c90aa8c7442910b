// `chutes`: the public catalogue. Asked without any credential.
#include "base/terminal_text.hpp"
#include "cli/command.hpp"
#include "cli/name_cache.hpp"
#include "cli/table.hpp"
#include "service/chute_directory.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct ChutesOptions {
  std::optional<std::string> filter;
};

constexpr const char* footer = R"(Examples:
  chutes chutes flux
  chutes chutes --json | jq -r '.[].slug'
  chutes chutes show FLUX.1-schnell
)";

void declare(Words& words, ChutesOptions& options) {
  words.argument("FILTER", options.filter, "Only chutes whose name or tagline contains this");
}

std::optional<int> table_width(Context& context) {
  const auto& terminal = context.platform.terminal;
  return terminal.output_is_terminal() ? std::optional{terminal.width()} : std::nullopt;
}

void list(const std::string& filter, const service::ChuteDirectory& directory, Context& context) {
  const auto chutes = directory.list(filter);
  Json json = Json::array();
  std::vector<Row> rows;
  std::vector<std::string> names;
  for (const auto& chute : chutes) {
    json.push_back(*parse_json(chute.document));
    rows.push_back({chute.name, chute.username, chute.slug, chute.hot ? "hot" : "cold", chute.tagline});
    names.push_back(chute.name);
  }
  if (filter.empty())
    remember_names("chutes", names, context);
  context.result(
      json, table_text({{"CHUTE"}, {"USER"}, {"SLUG"}, {"STATE"}, {"TAGLINE"}}, rows, table_width(context)));
  if (chutes.empty())
    context.notice("No public chute's name or tagline contains '" + one_line(filter, 100) + "'.");
}

void run(const ChutesOptions& options, Context& context) {
  list(options.filter.value_or(""), service::ChuteDirectory{context.endpoints, context.platform.http},
       context);
}

} // namespace

Command chutes_command() {
  return command("chutes", "Invoking", "List the public chutes, or show one with its cords", footer, declare,
                 run);
}

} // namespace chutes::cli
