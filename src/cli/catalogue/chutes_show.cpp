// `chutes show`: one chute with its cords and their inputs. Sends no credential.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/command/command.hpp"
#include "service/chute_directory.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

struct ShowOptions {
  std::optional<std::string> chute;
};

constexpr const char* footer =
    R"(CHUTE is user/name, a name, a slug or an id. --json prints the service's own document with the complete
schema of every cord.

Examples:
  chutes chutes show FLUX.1-schnell
  chutes chutes show FLUX.1-schnell --json | jq '.cords[0].input_schema'
)";

void declare(OptionDeclarer& declarer, ShowOptions& options) {
  declarer.argument("CHUTE", options.chute, "The chute to show");
}

// The fields of a request body with their types, required ones first: "prompt: string, width?: integer".
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

std::string cord_text(const service::Cord& cord) {
  std::string text =
      cord.method + " " + one_line(cord.path, 200) + (cord.stream ? ", streams" : "") +
      (cord.output_content_type.empty() ? "" : ", answers " + one_line(cord.output_content_type, 100)) + "\n";
  if (const auto fields = fields_text(cord.input_schema); !fields.empty())
    text += "  " + fields + "\n";
  return text;
}

std::string chute_text(const service::Chute& chute) {
  std::string text = "name     " + one_line(chute.name, 200) + "\nuser     " + one_line(chute.username, 100) +
                     "\nslug     " + one_line(chute.slug, 100) + "\nid       " +
                     one_line(chute.chute_id, 100) + "\nstate    " + (chute.hot ? "hot" : "cold") + "\n";
  if (!chute.tagline.empty())
    text += "tagline  " + one_line(chute.tagline, 400) + "\n";
  for (const auto& cord : chute.cords)
    text += "\n" + cord_text(cord);
  return text;
}

void run(const ShowOptions& options, Context& context) {
  const auto name = options.chute.value_or("");
  if (name.empty())
    throw Error{ErrorKind::usage, "chutes show requires a chute",
                "list them with '" + context.program + " chutes'"};
  const auto chute = service::ChuteDirectory{context.endpoints, context.platform.http}.find(name);
  if (!chute)
    throw Error{ErrorKind::service, "there is no public chute " + one_line(name, 100),
                "list them with '" + context.program + " chutes'"}
        .with_status(404);
  context.result(*parse_json(chute->document), chute_text(*chute));
}

} // namespace

Command chutes_show_command() {
  return command("chutes show", "Invoking", "Show one chute with its cords and their inputs", footer, declare,
                 run);
}

} // namespace chutes::cli
