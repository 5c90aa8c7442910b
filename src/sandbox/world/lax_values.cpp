#include "sandbox/world/lax_values.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace chutes::sandbox {

std::optional<std::int64_t> lax_integer(const std::string& text) {
  auto digits = trim(text);
  if (const auto point = digits.find('.'); point != std::string_view::npos) {
    const auto fraction = digits.substr(point + 1);
    if (fraction.empty() || fraction.find_first_not_of('0') != std::string_view::npos)
      return std::nullopt;
    digits = digits.substr(0, point);
  }
  if (digits.starts_with('+'))
    digits.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size())
    return std::nullopt;
  if (error == std::errc::result_out_of_range)
    return digits.starts_with('-') ? std::numeric_limits<std::int64_t>::min()
                                   : std::numeric_limits<std::int64_t>::max();
  return number;
}

std::optional<bool> lax_flag(const std::string& text) {
  constexpr std::array<std::string_view, 6> yes{"true", "1", "yes", "on", "t", "y"};
  constexpr std::array<std::string_view, 6> no{"false", "0", "no", "off", "f", "n"};
  const auto word = lower(text);
  if (std::find(yes.begin(), yes.end(), word) != yes.end())
    return true;
  if (std::find(no.begin(), no.end(), word) != no.end())
    return false;
  return std::nullopt;
}

} // namespace chutes::sandbox
