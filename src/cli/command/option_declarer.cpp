#include "cli/command/option_declarer.hpp"

#include "base/error.hpp"

#include <charconv>

namespace chutes::cli {

std::chrono::seconds parse_duration(const std::string& text, const std::string& option) {
  constexpr long a_day = 86400;
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit{end, text.data() + text.size()};
  const long factor = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (error != std::errc{} || factor == 0 || number < 0 || number > a_day / factor)
    throw Error{ErrorKind::usage, option + " must be a time such as 90s, 5m or 1h, at most a day",
                "for example " + option + " 5m"};
  return std::chrono::seconds{number * factor};
}

} // namespace chutes::cli
