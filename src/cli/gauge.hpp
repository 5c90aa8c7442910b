// A share of something as a bar, for terminals.
#pragma once

#include <string>

namespace chutes::cli {

// "[██████░░░░] 63 %" with a bar of `width` cells. `share` is taken between 0 and 1.
[[nodiscard]] std::string gauge(double share, int width);
// "$12.34", "-$0.50"
[[nodiscard]] std::string usd(double amount);

} // namespace chutes::cli
