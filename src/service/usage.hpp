// The spending of an account over time, from the service's hourly buckets.
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

// Returns the buckets of a list. An entry without a time, or with something else where a number belongs, is
// left out; a number that is missing or null counts as 0.
[[nodiscard]] std::vector<Usage> read_usage(const Json& items);

// Sums the buckets into spans of `width`, from the span that contains `from` to the one that contains `to`,
// empty spans included. Spans begin at whole multiples of `width` (UTC).
[[nodiscard]] std::vector<Usage> summed(const std::vector<Usage>& buckets, std::chrono::seconds width,
                                        Instant from, Instant to);

} // namespace chutes::service
