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

// Whether `text` has the form of `pattern`: 0 is a digit, X and x are letters, all else is itself.
bool fits(std::string_view text, std::string_view pattern) {
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(), [](char c, char form) {
    return form == '0'   ? is_digit(c)
           : form == 'X' ? c >= 'A' && c <= 'Z'
           : form == 'x' ? c >= 'a' && c <= 'z'
                         : c == form;
  });
}

bool is_weekday(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Instant> moment(std::string_view year, std::string_view month, std::string_view day,
                              std::string_view time) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find(months.begin(), months.end(), month);
  if (found == months.end())
    return std::nullopt;
  std::string text{year};
  text += "-" + std::to_string(found - months.begin() + 101).substr(1) + "-";
  text += day;
  std::replace(text.begin(), text.end(), ' ', '0'); // a day of one digit
  text += "T";
  text += time;
  return parse_time(text + "Z");
}

// The year that ends with these two digits, in this century or, where that is more than 50 years away, the
// one before it (RFC 9110 §5.6.7).
std::string whole_year(std::string_view digits) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const int now = static_cast<int>(std::chrono::year_month_day{today}.year());
  int year = now - now % 100 + take_number(digits, 2);
  if (year > now + 50)
    year -= 100;
  return std::to_string(year);
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
  if (fits(text, "Xxx, 00 Xxx 0000 00:00:00 GMT"))
    return moment(text.substr(12, 4), text.substr(8, 3), text.substr(5, 2), text.substr(17, 8));
  if (fits(text, "Xxx Xxx 00 00:00:00 0000") || fits(text, "Xxx Xxx  0 00:00:00 0000"))
    return moment(text.substr(20, 4), text.substr(4, 3), text.substr(8, 2), text.substr(11, 8));
  const auto comma = std::min(text.find(','), text.size());
  const auto after_day = text.substr(comma);
  if (!is_weekday(text.substr(0, comma)) || !fits(after_day, ", 00-Xxx-00 00:00:00 GMT"))
    return std::nullopt;
  const auto year = whole_year(after_day.substr(9, 2));
  return moment(year, after_day.substr(5, 3), after_day.substr(2, 2), after_day.substr(12, 8));
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
