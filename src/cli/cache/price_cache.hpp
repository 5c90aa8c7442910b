// The prices of models, as `models` last listed them: for the cost of an answer without another request.
#pragma once

#include "platform/platform.hpp"
#include "service/models.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct Price {
  double input = 0;  // of input tokens, USD per million
  double output = 0; // of output tokens, USD per million
};

// Stores the prices of the models that have both.
void cache_prices(const std::vector<service::Model>& models, const Url& service, Platform& platform) noexcept;

// Returns the price of a model; absent if it was not stored within the last thirty days.
[[nodiscard]] std::optional<Price> cached_price(const std::string& model, const Url& service,
                                                Platform& platform) noexcept;

} // namespace chutes::cli
