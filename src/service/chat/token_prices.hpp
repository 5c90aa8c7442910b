// The cost of an answer's tokens, by the service's price list.
#pragma once

#include "base/json_fields.hpp"
#include "service/models.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

struct TokenUse {
  std::int64_t input = 0;
  std::int64_t output = 0;

  friend bool operator==(const TokenUse&, const TokenUse&) = default;
};

// Returns a count of tokens in a `usage`; absent if it is not there, or not a whole number from 0 to a
// trillion.
[[nodiscard]] std::optional<std::int64_t> token_count(const Json& usage, std::string_view name);

// Returns the `usage` of an answer; absent unless all its tokens are counted. Only what has no output, an
// embedding, may omit `completion_tokens`.
[[nodiscard]] std::optional<TokenUse> token_use(const Json& answer);

class TokenPrices {
public:
  TokenPrices() = default;
  explicit TokenPrices(const std::vector<Model>& models);

  // Returns USD at full price: discounts for cached tokens, repeats and subscriptions are not known here.
  // Absent if the list has no price for the model.
  [[nodiscard]] std::optional<double> cost(const std::string& model, const TokenUse& use) const;
  // Whether the list names the model, but no price for it.
  [[nodiscard]] bool lists_without_price(const std::string& model) const;

private:
  struct Price {
    double input;
    double output;
  };
  std::map<std::string, std::optional<Price>> m_prices; // USD per million tokens
};

} // namespace chutes::service
