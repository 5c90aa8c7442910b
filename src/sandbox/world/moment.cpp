#include "sandbox/world/moment.hpp"

#include <ctime>

namespace chutes::sandbox {

std::string naive_time(Instant instant) {
  auto text = rfc3339(instant);
  text.pop_back();
  return text;
}

std::string time_with_offset(Instant instant) {
  return naive_time(instant) + "+00:00";
}

std::string naive_moment(Moment moment) {
  const auto second = std::chrono::floor<std::chrono::seconds>(moment);
  const auto fraction = std::to_string((moment - second).count());
  return naive_time(second) + "." + std::string(6 - fraction.size(), '0') + fraction;
}

std::string moment_with_offset(Moment moment) {
  return naive_moment(moment) + "+00:00";
}

std::string moment_in_utc(Moment moment) {
  return naive_moment(moment) + "Z";
}

std::string http_date(Instant instant) {
  const std::time_t seconds = instant.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const auto size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

} // namespace chutes::sandbox
