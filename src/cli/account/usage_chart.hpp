// Spend and tokens over time, as bars on a terminal and as columns in a pipe.
#pragma once

#include "service/usage.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// "7d", "24h": whole days or hours, at most a year. Throws Error{usage} naming `option`.
[[nodiscard]] std::chrono::seconds parse_period(const std::string& text, const std::string& option);

// Days for people and programs; hours where the period is two days or less.
[[nodiscard]] std::chrono::seconds span_of_period(std::chrono::seconds period);

// A line for each span of `width`, with the sum of all below them. Bars only if `columns`, a terminal's
// width, is given; they show the share of the dearest span. Without it: begin, USD, requests, input and
// output tokens, separated by tabs, and no sum.
[[nodiscard]] std::string usage_chart(const std::vector<service::Usage>& spans, std::chrono::seconds width,
                                      std::optional<int> columns);

} // namespace chutes::cli
