// Spend and tokens over time, as bars on a terminal and as columns in a pipe.
#pragma once

#include "service/usage.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// Returns the period in `text`, whole days or hours, at most a year: "7d", "24h". Throws Error{usage} naming
// `option`.
[[nodiscard]] std::chrono::seconds parse_period(const std::string& text, const std::string& option);

// Returns the width of a span: an hour for periods of at most two days, else a day.
[[nodiscard]] std::chrono::seconds span_of_period(std::chrono::seconds period);

// Returns a line for each span of `width`. If `columns`, a terminal's width, is given, the lines have bars,
// relative to the most expensive span, and the sum of all spans follows. Otherwise they are begin, USD,
// requests, input and output tokens, separated by tabs.
[[nodiscard]] std::string usage_chart(const std::vector<service::Usage>& spans, std::chrono::seconds width,
                                      std::optional<int> columns);

} // namespace chutes::cli
