#include "service/chat/token_prices.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {

std::optional<TokenUse> token_use(const Json& answer) {
  const Json* usage = find_field(answer, "usage");
  const auto input = usage != nullptr ? integer_field(*usage, "prompt_tokens") : std::nullopt;
  const auto output = usage != nullptr ? integer_field(*usage, "completion_tokens") : std::nullopt;
  if (!input && !output)
    return std::nullopt;
  return TokenUse{input.value_or(0), output.value_or(0)};
}

TokenPrices::TokenPrices(const std::vector<Model>& models) {
  for (const auto& model : models)
    if (model.input_price && model.output_price)
      m_prices[model.id] = {*model.input_price, *model.output_price};
}

std::optional<double> TokenPrices::cost(const std::string& model, const TokenUse& use) const {
  constexpr double million = 1e6;
  const auto found = m_prices.find(model);
  if (found == m_prices.end())
    return std::nullopt;
  return (static_cast<double>(use.input) * found->second.input +
          static_cast<double>(use.output) * found->second.output) /
         million;
}

} // namespace chutes::service
