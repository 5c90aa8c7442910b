#include "service/chat/token_prices.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {

std::optional<std::int64_t> token_count(const Json& usage, std::string_view name) {
  constexpr std::int64_t most = 1'000'000'000'000; // sums of any number of answers stay exact
  const auto count = integer_field(usage, name);
  return count && *count >= 0 && *count <= most ? count : std::nullopt;
}

std::optional<TokenUse> token_use(const Json& answer) {
  const Json* usage = find_field(answer, "usage");
  if (usage == nullptr)
    return std::nullopt;
  const bool has_output = find_field(*usage, "completion_tokens") != nullptr;
  const auto input = token_count(*usage, "prompt_tokens");
  const auto output = has_output ? token_count(*usage, "completion_tokens") : 0;
  if (!input || !output)
    return std::nullopt;
  return TokenUse{*input, *output};
}

TokenPrices::TokenPrices(const std::vector<Model>& models) {
  for (const auto& model : models)
    m_prices[model.id] = model.input_price && model.output_price
                             ? std::optional{Price{*model.input_price, *model.output_price}}
                             : std::nullopt;
}

bool TokenPrices::lists_without_price(const std::string& model) const {
  const auto found = m_prices.find(model);
  return found != m_prices.end() && !found->second;
}

std::optional<double> TokenPrices::cost(const std::string& model, const TokenUse& use) const {
  constexpr double million = 1e6;
  const auto found = m_prices.find(model);
  if (found == m_prices.end() || !found->second)
    return std::nullopt;
  return (static_cast<double>(use.input) * found->second->input +
          static_cast<double>(use.output) * found->second->output) /
         million;
}

} // namespace chutes::service
