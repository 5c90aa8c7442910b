// What an account has spent over time, from the service's hourly buckets.
#pragma once

#include "base/json_fields.hpp"
#include "base/time_text.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace chutes::service {

struct Usage {
  Instant begin{};
  double usd = 0;
  std::int64_t requests = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;

  friend bool operator==(const Usage&, const Usage&) = default;
};

// The buckets of a list; entries without a time are left out, numbers that are missing count nothing.
[[nodiscard]] std::vector<Usage> read_usage(const Json& items);

// Summed into spans of `width` from the one that holds `from` to the one that holds `to`, empty ones
// included. Spans begin at whole multiples of `width` (UTC).
[[nodiscard]] std::vector<Usage> summed(const std::vector<Usage>& buckets, std::chrono::seconds width,
                                        Instant from, Instant to);

} // namespace chutes::service
