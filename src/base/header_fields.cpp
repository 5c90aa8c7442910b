#include "base/header_fields.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace chutes {

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_digit(c) || is_letter(c) || marks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find("\r\n");
  if (end == std::string_view::npos)
    return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

std::optional<HeaderFields> parse_header_fields(std::string_view text) {
  HeaderFields fields;
  while (const auto line = take_line(text)) {
    if (line->empty())
      return text.empty() ? std::optional{std::move(fields)} : std::nullopt;
    const auto colon = line->find(':');
    // A folded line (RFC 9112 §5.2) begins with a blank, and so has no token before its colon.
    if (colon == std::string_view::npos || !is_token(line->substr(0, colon)) ||
        !is_field_value(line->substr(colon + 1)))
      return std::nullopt;
    fields.emplace_back(line->substr(0, colon), trim(line->substr(colon + 1), " \t"));
  }
  return std::nullopt;
}

} // namespace chutes
