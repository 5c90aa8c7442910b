#include "platform/http_client.hpp"

#include <algorithm>
#include <array>

namespace chutes {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

} // namespace

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name))
      return value;
  return std::nullopt;
}

// IMF-fixdate, the only form a server may generate (RFC 9110 §5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<Instant> HttpResponse::date() const {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto text = header("Date");
  if (!text || text->size() != 29 || !text->ends_with(" GMT"))
    return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text->substr(8, 3));
  if (month == months.end())
    return std::nullopt;
  const auto number = std::to_string(month - months.begin() + 101).substr(1);
  return parse_time(text->substr(12, 4) + "-" + number + "-" + text->substr(5, 2) + "T" +
                    text->substr(17, 8) + "Z");
}

} // namespace chutes
