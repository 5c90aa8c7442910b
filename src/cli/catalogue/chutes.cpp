// `chutes`: lists the public chutes without a credential, or with --mine the user's own, with an API key.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/command/admin_key.hpp"
#include "cli/command/command.hpp"
#include "cli/output/table.hpp"
#include "service/chute_directory.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct ChutesOptions {
  std::optional<std::string> filter;
  bool mine = false;
  AdminKeyOptions key{.purpose = "listing your own chutes", .without = ErrorKind::forbidden};
};

constexpr const char* footer = R"(Examples:
  chutes chutes flux
  chutes chutes --json | jq -r '.[].slug'
  chutes chutes --mine --api-key-file key.txt
  chutes chutes show FLUX.1-schnell
)";

void declare(OptionDeclarer& declarer, ChutesOptions& options) {
  declarer.argument("FILTER", options.filter, "List only chutes whose name or tagline contains this");
  declarer.flag("--mine", options.mine,
                "List your own chutes and those shared with you, which requires an admin API key");
  declare_admin_key(declarer, options.key);
}

void print(const std::vector<service::Chute>& chutes, Context& context) {
  Json json = Json::array();
  std::vector<Row> rows;
  for (const auto& chute : chutes) {
    json.push_back(*parse_json(chute.document));
    rows.push_back(
        {chute.name, chute.username, chute.slug, chute.chute_id, chute.hot ? "hot" : "cold", chute.tagline});
  }
  context.result(json, table_text({{"CHUTE"}, {"USER"}, {"SLUG"}, {"ID"}, {"STATE"}, {"TAGLINE"}}, rows,
                                  table_columns(context.platform.terminal)));
}

std::string none_found(bool mine, const std::string& filter) {
  if (filter.empty())
    return mine ? "You have no chutes, and none are shared with you." : "The service lists no public chutes.";
  return (mine ? "None of your chutes' names contains '" : "No public chute's name or tagline contains '") +
         filter + "'.";
}

void remember(const std::vector<service::Chute>& chutes, Context& context) {
  std::vector<std::string> names;
  names.reserve(chutes.size());
  for (const auto& chute : chutes)
    names.push_back(chute.name);
  cache_names("chutes", names, context.endpoints.llm, context.platform);
}

void run(const ChutesOptions& options, Context& context) {
  if (!options.mine && (options.key.from_stdin || options.key.file))
    throw Error{ErrorKind::usage, "a key is used only with --mine: listing the public chutes needs none",
                "add --mine, or leave out the key"};
  const service::ChuteDirectory directory{context.endpoints, context.platform.http};
  const auto filter = options.filter.value_or("");
  const auto chutes = options.mine ? directory.list_of_owner(filter, choose_admin_key(options.key, context))
                                   : directory.list(filter);
  if (filter.empty() && !options.mine)
    remember(chutes, context);
  print(chutes, context);
  if (chutes.empty())
    context.notice(none_found(options.mine, one_line(filter, 100)));
}

} // namespace

Command chutes_command() {
  return command("chutes", "Invoking", "List the public chutes, or show one with its cords", footer, declare,
                 run);
}

} // namespace chutes::cli
