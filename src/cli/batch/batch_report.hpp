// Counts the results of a batch, and renders the counts.
#pragma once

#include "base/json_fields.hpp"
#include "platform/clock.hpp"
#include "service/chat/token_prices.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace chutes::cli {

struct BatchTally {
  std::size_t answered = 0;
  std::size_t failed = 0;
  std::size_t finished_before = 0; // answered by an earlier run, not sent again
  std::size_t retries = 0;
  service::TokenUse use{};
  double cost_usd = 0;
  std::size_t unpriced = 0; // answers whose tokens have no known price

  void add(const std::optional<service::TokenUse>& tokens, const std::optional<double>& cost);
  friend bool operator==(const BatchTally&, const BatchTally&) = default;
};

// "12 answered, 1 failed, 8 in progress, 2.4/s, $0.0012"
[[nodiscard]] std::string progress_text(const BatchTally& tally, std::size_t in_progress,
                                        SteadyInstant::duration passed);
// "12 lines answered, 1 failed, 4 answered earlier; 3 retries; 480 tokens in, 96 out, $0.0012 at list prices"
[[nodiscard]] std::string summary_text(const BatchTally& tally);
[[nodiscard]] Json summary_json(const BatchTally& tally);

} // namespace chutes::cli
