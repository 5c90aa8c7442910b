// `models`: what can be asked, what it costs, and how much it reads. Asked without any credential.
#include "service/models.hpp"

#include "cli/cache/name_cache.hpp"
#include "cli/cache/price_cache.hpp"
#include "cli/command/command.hpp"
#include "cli/output/table.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace chutes::cli {
namespace {

struct ModelsOptions {
  std::optional<std::string> filter;
  std::string sort = "popularity";
};

constexpr const char* footer = R"(Prices are in USD per million tokens.

Examples:
  chutes models deepseek
  chutes models --sort price --json | jq -r '.[0].id'
)";

void declare(OptionDeclarer& declarer, ModelsOptions& options) {
  declarer.argument("FILTER", options.filter, "Only models whose name contains this");
  declarer.choice("--sort", options.sort, {"popularity", "price", "context", "name"},
                  "Order by popularity, price, context or name");
}

service::ModelOrder order_of(const std::string& word) {
  if (word == "price")
    return service::ModelOrder::price;
  if (word == "context")
    return service::ModelOrder::context;
  return word == "name" ? service::ModelOrder::name : service::ModelOrder::popularity;
}

std::string price_text(const std::optional<double>& price) {
  if (!price)
    return "?";
  std::array<char, 32> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%.2f", *price));
  return text.data();
}

std::string words_text(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += text.empty() ? "" : " ";
    text += word;
  }
  return text;
}

void run(const ModelsOptions& options, Context& context) {
  const Json document = service::fetch_models(context.endpoints, context.platform.http);
  const auto all = service::read_models(document);
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const auto& model : all)
    names.push_back(model.id);
  cache_names("models", names, context.endpoints.llm, context.platform);
  cache_prices(all, context.endpoints.llm, context.platform);
  const auto models =
      service::sorted(service::matching(all, options.filter.value_or("")), order_of(options.sort));
  Json json = Json::array();
  std::vector<Row> rows;
  for (const auto& model : models) {
    json.push_back(document["data"][model.index]);
    rows.push_back({model.id, price_text(model.input_price), price_text(model.output_price),
                    model.context_length ? std::to_string(*model.context_length) : "?",
                    words_text(model.features)});
  }
  const auto& terminal = context.platform.terminal;
  context.result(
      json, table_text({{"MODEL"}, {"IN $/M", true}, {"OUT $/M", true}, {"CONTEXT", true}, {"FEATURES"}},
                       rows, terminal.output_is_terminal() ? std::optional{terminal.width()} : std::nullopt));
  if (models.empty())
    context.notice("No model's name contains '" + options.filter.value_or("") + "'.");
}

} // namespace

Command models_command() {
  return command("models", "Invoking", "List the models with price and context length", footer, declare, run);
}

} // namespace chutes::cli
