#include "cli/cache/price_cache.hpp"

#include "cli/cache/dated_cache.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {

void cache_prices(const std::vector<service::Model>& models, const Url& service,
                  Platform& platform) noexcept {
  try {
    Json prices = Json::object();
    for (const auto& model : models)
      if (model.input_price && model.output_price)
        prices[model.id] = {{"input", *model.input_price}, {"output", *model.output_price}};
    cache_document("prices", "prices", prices, service, platform);
  } catch (const std::exception&) { // costs stay unknown
  }
}

std::optional<Price> cached_price(const std::string& model, const Url& service, Platform& platform) noexcept {
  try {
    const auto document = cached_document("prices", service, platform);
    const Json* prices = document ? find_field(*document, "prices") : nullptr;
    const Json* price = prices == nullptr ? nullptr : find_field(*prices, model);
    const auto input = price == nullptr ? std::nullopt : service::price_field(*price, "input");
    const auto output = price == nullptr ? std::nullopt : service::price_field(*price, "output");
    return input && output ? std::optional{Price{*input, *output}} : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

} // namespace chutes::cli
