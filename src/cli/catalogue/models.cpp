// `models`: lists the models with prices and context lengths. Sends no credential.
#include "service/models.hpp"

#include "base/ascii.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/cache/price_cache.hpp"
#include "cli/command/command.hpp"
#include "cli/output/table.hpp"

#include <nlohmann/json.hpp>

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
  declarer.argument("FILTER", options.filter, "List only models whose name contains this");
  declarer.choice("--sort", options.sort, {"popularity", "price", "context", "name"},
                  "Sort by popularity, price, context or name");
}

service::ModelOrder order_of(const std::string& name) {
  if (name == "price")
    return service::ModelOrder::price;
  if (name == "context")
    return service::ModelOrder::context;
  return name == "name" ? service::ModelOrder::name : service::ModelOrder::popularity;
}

std::string none_found(const ModelsOptions& options) {
  const auto filter = one_line(options.filter.value_or(""), 100);
  return filter.empty() ? "The service lists no models." : "No model's name contains '" + filter + "'.";
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
    rows.push_back({model.id, model.input_price ? decimal(*model.input_price, 2) : "?",
                    model.output_price ? decimal(*model.output_price, 2) : "?",
                    model.context_length ? std::to_string(*model.context_length) : "?",
                    join(model.features, " ")});
  }
  context.result(json,
                 table_text({{"MODEL"}, {"IN $/M", true}, {"OUT $/M", true}, {"CONTEXT", true}, {"FEATURES"}},
                            rows, table_columns(context.platform.terminal)));
  if (models.empty())
    context.notice(none_found(options));
}

} // namespace

Command models_command() {
  return command("models", "Invoking", "List the models with their prices and context lengths", footer,
                 declare, run);
}

} // namespace chutes::cli
