#include "base/form.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace chutes {
namespace {

bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

int hex_value(char c) {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

std::optional<std::string> form_decode(std::string_view text) {
  std::string spaced{text};
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

} // namespace

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c))
      result += c;
    else
      result.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return result;
}

std::string encode_form_value(std::string_view text) {
  std::string result = percent_encode(text);
  for (std::size_t at = 0; (at = result.find("%20", at)) != std::string::npos; ++at)
    result.replace(at, 3, "+");
  return result;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)
      return std::nullopt;
    result += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return result;
}

std::string encode_form(const FormFields& fields) {
  std::string result;
  for (const auto& [name, value] : fields) {
    if (!result.empty())
      result += '&';
    result += encode_form_value(name) + "=" + encode_form_value(value);
  }
  return result;
}

std::optional<FormFields> parse_form(std::string_view text) {
  FormFields fields;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (piece.empty())
      continue;
    const auto equals = piece.find('=');
    auto name = form_decode(piece.substr(0, equals));
    auto value =
        form_decode(equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1));
    if (!name || !value)
      return std::nullopt;
    fields.emplace_back(std::move(*name), std::move(*value));
  }
  return fields;
}

std::size_t count_field(const FormFields& fields, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; }));
}

std::optional<std::string> single_field(const FormFields& fields, std::string_view name) {
  if (count_field(fields, name) != 1)
    return std::nullopt;
  return std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; })
      ->second;
}

} // namespace chutes
