// `chutes`: the public catalogue, and `chutes show`: one chute with its cords and what they want. Asked
// without any credential.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/command.hpp"
#include "cli/name_cache.hpp"
#include "cli/table.hpp"
#include "service/chute_directory.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

struct ChutesOptions {
  std::vector<std::string> words;
};

constexpr const char* footer = R"(Examples:
  chutes chutes flux
  chutes chutes show FLUX.1-schnell
  chutes chutes show FLUX.1-schnell --json | jq '.cords[0].input_schema'
)";

void declare(Words& words, ChutesOptions& options) {
  words.arguments("FILTER", options.words, "Only chutes whose name or tagline contains this; or: show CHUTE");
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

// The fields a body may have, with their types, those that must be there first: "prompt: string, width?:
// integer".
std::string fields_text(const std::string& input_schema) {
  const auto schema = parse_json(input_schema);
  const Json* fields = schema ? &*schema : nullptr;
  if (fields != nullptr)
    if (const Json* properties = find_field(*fields, "properties"))
      if (const Json* wrapped = find_field(*properties, "input_args"))
        fields = wrapped;
  const Json* properties = fields == nullptr ? nullptr : find_field(*fields, "properties");
  if (properties == nullptr || !properties->is_object())
    return "";
  const auto required = fields->value("required", std::vector<std::string>{});
  std::string first;
  std::string rest;
  for (const auto& item : properties->items()) {
    const bool must = std::find(required.begin(), required.end(), item.key()) != required.end();
    std::string& text = must ? first : rest;
    const auto type = string_field(item.value(), "type");
    text += item.key() + (must ? "" : "?") + (type ? ": " + *type : "") + ", ";
  }
  auto text = first + rest;
  text.resize(text.size() - std::min<std::size_t>(text.size(), 2));
  return one_line(text, 600);
}

void show(const std::string& word, const service::ChuteDirectory& directory, Context& context) {
  const auto chute = directory.find(word);
  if (!chute)
    throw Error{ErrorKind::service, "there is no public chute " + one_line(word, 100),
                "'" + context.program + " chutes' lists them"}
        .with_status(404);
  std::string text = "name     " + one_line(chute->name, 200) + "\nuser     " +
                     one_line(chute->username, 100) + "\nslug     " + one_line(chute->slug, 100) +
                     "\nid       " + one_line(chute->chute_id, 100) + "\nstate    " +
                     (chute->hot ? "hot" : "cold") + "\n";
  if (!chute->tagline.empty())
    text += "tagline  " + one_line(chute->tagline, 400) + "\n";
  for (const auto& cord : chute->cords) {
    text += "\n" + cord.method + " " + one_line(cord.path, 200) + (cord.stream ? ", streams" : "") +
            (cord.output_content_type.empty() ? "" : ", answers " + one_line(cord.output_content_type, 100)) +
            "\n";
    if (const auto fields = fields_text(cord.input_schema); !fields.empty())
      text += "  " + fields + "\n";
  }
  context.result(*parse_json(chute->document), text);
}

void run(const ChutesOptions& options, Context& context) {
  const service::ChuteDirectory directory{context.endpoints, context.platform.http};
  const bool shows = !options.words.empty() && options.words.front() == "show";
  if (options.words.size() > (shows ? 2U : 1U) || (shows && options.words.size() < 2))
    throw Error{ErrorKind::usage, shows ? "show wants one chute" : "chutes takes one filter",
                "'" + context.program + " chutes --help' shows examples"};
  if (shows)
    show(options.words.back(), directory, context);
  else
    list(options.words.empty() ? "" : options.words.front(), directory, context);
}

} // namespace

Command chutes_command() {
  return command("chutes", "Invoking", "List the public chutes, or show one with its cords", footer, declare,
                 run);
}

} // namespace chutes::cli
