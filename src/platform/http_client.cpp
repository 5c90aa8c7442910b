#include "platform/http_client.hpp"

#include "base/ascii.hpp"

namespace chutes {
std::optional<std::string> HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name))
      return value;
  return std::nullopt;
}

std::optional<Instant> HttpResponse::date() const {
  const auto text = header("Date");
  return text ? parse_http_date(*text) : std::nullopt;
}

} // namespace chutes
