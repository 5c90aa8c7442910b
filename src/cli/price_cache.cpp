#include "cli/price_cache.hpp"

#include "cli/dated_cache.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {

void remember_prices(const std::vector<service::Model>& models, Context& context) noexcept {
  try {
    Json prices = Json::object();
    for (const auto& model : models)
      if (model.input_price && model.output_price)
        prices[model.id] = {{"input", *model.input_price}, {"output", *model.output_price}};
    keep_document("prices", "prices", prices, context);
  } catch (const std::exception&) { // only the cost stays unknown
  }
}

std::optional<Price> known_price(const std::string& model, Context& context) noexcept {
  try {
    const auto document = kept_document("prices", context);
    const Json* prices = document ? find_field(*document, "prices") : nullptr;
    const Json* price = prices == nullptr ? nullptr : find_field(*prices, model);
    const auto input = price == nullptr ? std::nullopt : number_field(*price, "input");
    const auto output = price == nullptr ? std::nullopt : number_field(*price, "output");
    return input && output ? std::optional{Price{*input, *output}} : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

} // namespace chutes::cli
