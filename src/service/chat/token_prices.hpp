// What the tokens of an answer cost, by the service's own list.
#pragma once

#include "base/json_fields.hpp"
#include "service/models.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

struct TokenUse {
  std::int64_t input = 0;
  std::int64_t output = 0;

  friend bool operator==(const TokenUse&, const TokenUse&) = default;
};

// The `usage` of an answer; absent if it tells no tokens.
[[nodiscard]] std::optional<TokenUse> token_use(const Json& answer);

class TokenPrices {
public:
  TokenPrices() = default;
  explicit TokenPrices(const std::vector<Model>& models);

  // USD, all tokens read counted in full: what the service takes off for cached ones, for repeats and by
  // subscription is not known here. Absent if the model has no price in the list.
  [[nodiscard]] std::optional<double> cost(const std::string& model, const TokenUse& use) const;

private:
  struct Price {
    double input;
    double output;
  };
  std::map<std::string, Price> m_prices; // USD per million tokens
};

} // namespace chutes::service
