#include "base/number_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace chutes {
namespace {

constexpr double kibi = 1024;
constexpr double mebi = kibi * kibi;
constexpr double thousand = 1000;
constexpr double million = thousand * thousand;

} // namespace

std::string decimal(double number, int digits) {
  std::array<char, 400> text{}; // the largest double has 309 digits before the point
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, digits).ptr;
  return {text.data(), end};
}

std::string short_decimal(double number, int most_digits) {
  auto text = decimal(number, most_digits);
  if (text.find('.') == std::string::npos)
    return text;
  text.resize(text.find_last_not_of('0') + 1);
  if (text.ends_with('.'))
    text.pop_back();
  return text;
}

std::string usd(double amount, int digits) {
  const bool negative = amount <= -0.5 * std::pow(10.0, -digits);
  return (negative ? "-$" : "$") + decimal(std::abs(amount), digits);
}

std::string size_text(std::uint64_t bytes) {
  const auto count = static_cast<double>(bytes);
  if (count < kibi)
    return std::to_string(bytes) + " bytes";
  return count < mebi ? decimal(count / kibi, 1) + " KiB" : decimal(count / mebi, 1) + " MiB";
}

std::string percent(double share) {
  const double bounded = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 1.0;
  return std::to_string(std::lround(bounded * 100)) + " %";
}

std::string short_count(std::int64_t count) {
  const auto number = static_cast<double>(count);
  if (number < 10 * thousand)
    return std::to_string(count);
  return number < million ? decimal(number / thousand, 1) + "k" : decimal(number / million, 1) + "M";
}

std::string counted(std::uint64_t count, const std::string& thing, const std::string& plural) {
  const auto& name = count == 1 ? thing : plural.empty() ? thing + "s" : plural;
  return std::to_string(count) + " " + name;
}

} // namespace chutes
