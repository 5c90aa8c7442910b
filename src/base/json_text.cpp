#include "base/json_text.hpp"

#include "base/ascii.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace chutes {
namespace {

// A document never holds nlohmann's "binary" values otherwise: JSON has none.
std::string_view written_text(const Json& value) {
  const auto& bytes = value.get_binary();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Json written(std::string_view text) {
  return Json::binary(Json::binary_t::container_type(text.begin(), text.end()));
}

bool holds_written_number(const Json& value) {
  return value.is_binary() ||
         (value.is_structured() && std::any_of(value.begin(), value.end(), holds_written_number));
}

std::string dumped(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// Writes as nlohmann does, with numbers as they were written.
class Writer {
public:
  explicit Writer(int indent) : m_indent(indent) {}

  void write(const Json& value) {
    if (value.is_binary())
      m_text += written_text(value);
    else if (value.empty() || !value.is_structured())
      m_text += dumped(value, -1);
    else if (value.is_array())
      write_all(value, '[', ']');
    else
      write_all(value, '{', '}');
  }

  std::string text() && { return std::move(m_text); }

private:
  void write_all(const Json& value, char open, char close) {
    m_text += open;
    ++m_depth;
    bool first = true;
    const auto items = value.items();
    for (const auto& item : items) {
      if (!first)
        m_text += ',';
      first = false;
      break_line();
      if (value.is_object())
        m_text += dumped(item.key(), -1) + (m_indent < 0 ? ":" : ": ");
      write(item.value());
    }
    --m_depth;
    break_line();
    m_text += close;
  }

  void break_line() {
    if (m_indent >= 0)
      m_text += '\n' + std::string(static_cast<std::size_t>(m_indent * m_depth), ' ');
  }

  int m_indent;
  int m_depth = 0;
  std::string m_text;
};

std::string text_of(const Json& value, int indent) {
  if (!holds_written_number(value))
    return dumped(value, indent);
  Writer writer{indent};
  writer.write(value);
  return std::move(writer).text();
}

std::size_t digits_at(std::string_view text, std::size_t from) {
  const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), is_digit);
  return static_cast<std::size_t>(end - text.begin()) - from;
}

// number = [ minus ] int [ frac ] [ exp ]
bool is_number_text(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto whole = digits_at(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0'))
    return false;
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const auto fraction = digits_at(text, at + 1);
    if (fraction == 0)
      return false;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    at += at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-') ? 2 : 1;
    const auto exponent = digits_at(text, at);
    if (exponent == 0)
      return false;
    at += exponent;
  }
  return at == text.size();
}

} // namespace

Json number_as_written(Json value, std::string_view text) {
  return dumped(value, -1) == text ? std::move(value) : written(text);
}

std::optional<Json> parse_number(std::string_view text) {
  if (!is_number_text(text))
    return std::nullopt;
  auto value = parse_json(text);
  return value ? std::move(*value) : written(text);
}

bool is_number(const Json& value) {
  return value.is_number() || value.is_binary();
}

std::optional<double> number_of(const Json& value) {
  if (value.is_number())
    return value.get<double>();
  if (!value.is_binary())
    return std::nullopt;
  const auto text = written_text(value);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

std::string number_text(const Json& value) {
  return is_number(value) ? json_line(value) : std::string{};
}

std::string json_line(const Json& value) {
  return text_of(value, -1);
}

std::string json_pretty(const Json& value) {
  return text_of(value, 2);
}

} // namespace chutes
