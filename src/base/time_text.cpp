#include "base/time_text.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace chutes {
namespace {

// Reads `digits` decimal digits at the front of `text` and removes them; -1 if they are not there.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits)
    return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(text[i]))
      return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos)
    return false;
  text.remove_prefix(1);
  return true;
}

// "", "Z", "+02:00" or "-0330"; absent if it is anything else.
std::optional<std::chrono::minutes> take_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z")
    return std::chrono::minutes{0};
  const int sign = text.front() == '-' ? -1 : 1;
  if (!take(text, "+-"))
    return std::nullopt;
  const int hours = take_number(text, 2);
  take(text, ":");
  const int minutes = text.empty() ? 0 : take_number(text, 2);
  if (hours < 0 || minutes < 0 || !text.empty())
    return std::nullopt;
  return std::chrono::minutes{sign * (hours * 60 + minutes)};
}

} // namespace

std::string rfc3339(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  std::array<char, 64> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                                  static_cast<int>(time.minutes().count()),
                                  static_cast<int>(time.seconds().count())));
  return text.data();
}

std::optional<Instant> parse_time(std::string_view text) {
  const int year = take_number(text, 4);
  const bool dash = take(text, "-");
  const int month = take_number(text, 2);
  const bool dash_again = take(text, "-");
  const int day = take_number(text, 2);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 0 || month < 0 || day < 0 || !dash || !dash_again || !date.ok())
    return std::nullopt;
  const Instant midnight = std::chrono::sys_days{date};
  if (text.empty())
    return midnight;
  const bool separator = take(text, "Tt ");
  const int hours = take_number(text, 2);
  const bool colon = take(text, ":");
  const int minutes = take_number(text, 2);
  int seconds = 0;
  if (take(text, ":"))
    seconds = take_number(text, 2);
  if (take(text, "."))
    while (take_number(text, 1) >= 0)
      continue;
  const auto offset = take_offset(text);
  if (!separator || !colon || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 ||
      seconds > 60 || !offset)
    return std::nullopt;
  return midnight + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
         std::chrono::seconds{seconds} - *offset;
}

std::optional<Instant> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT"))
    return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  if (month == months.end())
    return std::nullopt;
  const auto number = std::to_string(month - months.begin() + 101).substr(1);
  return parse_time(std::string{text.substr(12, 4)} + "-" + number + "-" + std::string{text.substr(5, 2)} +
                    "T" + std::string{text.substr(17, 8)} + "Z");
}

std::string duration_text(std::chrono::seconds duration) {
  struct Unit {
    const char* name;
    long long seconds;
  };
  constexpr std::array<Unit, 4> units{{{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}}};
  const long long total = duration.count() < 0 ? -duration.count() : duration.count();
  for (const auto& unit : units)
    if (total >= unit.seconds) {
      const long long count = total / unit.seconds;
      return std::to_string(count) + " " + unit.name + (count == 1 ? "" : "s");
    }
  return "0 seconds";
}

std::string relative_time(Instant instant, Instant now) {
  if (instant == now)
    return "now";
  return instant > now ? "in " + duration_text(instant - now) : duration_text(now - instant) + " ago";
}

} // namespace chutes
