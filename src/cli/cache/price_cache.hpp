// What models cost, as the service's list said it last: for the cost of an answer, without asking again.
#pragma once

#include "platform/platform.hpp"
#include "service/models.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct Price {
  double input = 0; // USD per million tokens, as the output's
  double output = 0;
};

// Keeps the prices of the models that have both.
void cache_prices(const std::vector<service::Model>& models, const Url& service, Platform& platform) noexcept;

// Absent if `models` has not told it within the last thirty days.
[[nodiscard]] std::optional<Price> cached_price(const std::string& model, const Url& service,
                                                Platform& platform) noexcept;

} // namespace chutes::cli
