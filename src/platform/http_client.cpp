#include "platform/http_client.hpp"

#include <algorithm>

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

std::optional<Instant> HttpResponse::date() const {
  const auto text = header("Date");
  return text ? parse_http_date(*text) : std::nullopt;
}

} // namespace chutes
