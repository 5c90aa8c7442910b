#include "cli/gauge.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace chutes::cli {

std::string gauge(double share, int width) {
  const double bounded = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 1.0;
  const int filled = static_cast<int>(std::lround(bounded * width));
  std::string bar = "[";
  for (int i = 0; i < width; ++i)
    bar += i < filled ? "█" : "░";
  return bar + "] " + std::to_string(std::lround(bounded * 100)) + " %";
}

std::string usd(double amount) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s$%.2f", amount < 0 ? "-" : "", std::abs(amount));
  return text.data();
}

} // namespace chutes::cli
