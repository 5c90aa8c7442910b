#include "service/schema/assertions.hpp"

#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "service/schema/decimal.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace chutes::service {
namespace {

constexpr std::array<std::string_view, 7> known_types{"null",   "boolean", "integer", "number",
                                                      "string", "array",   "object"};

std::string type_of(const Json& value) {
  if (is_number(value))
    return is_integer(decimal_of(value)) ? "integer" : "number";
  return value.is_null()      ? "null"
         : value.is_boolean() ? "boolean"
         : value.is_string()  ? "string"
         : value.is_array()   ? "array"
                              : "object";
}

bool has_type(const Json& value, const std::string& type) {
  const auto own = type_of(value);
  return own == type || (own == "integer" && type == "number");
}

// The size that a keyword compares; absent if it does not apply to `value`.
std::optional<std::size_t> size_for(const std::string& keyword, const Json& value) {
  if (keyword.ends_with("Length"))
    return value.is_string() ? std::optional{character_count(value.get_ref<const std::string&>())}
                             : std::nullopt;
  if (keyword.ends_with("Items"))
    return value.is_array() ? std::optional{value.size()} : std::nullopt;
  return value.is_object() ? std::optional{value.size()} : std::nullopt;
}

// The same text for equal values: 1 is 1.0, and the order of members does not matter.
std::string canonical_text(const Json& value) {
  if (is_number(value)) {
    const auto number = decimal_of(value);
    return (number.negative ? "-" : "") + number.digits + "e" + std::to_string(number.exponent);
  }
  if (!value.is_structured())
    return json_line(value);
  std::vector<std::string> parts;
  parts.reserve(value.size());
  for (const auto& item : value.items())
    parts.push_back((value.is_object() ? json_line(item.key()) + ":" : "") + canonical_text(item.value()));
  if (value.is_object())
    std::sort(parts.begin(), parts.end());
  return (value.is_object() ? "{" : "[") + join(parts, ",");
}

std::optional<std::strong_ordering> order_of(std::size_t size, const Json& limit) {
  const auto bound = is_number(limit) ? std::optional{decimal_of(limit)} : std::nullopt;
  if (!bound || !is_integer(*bound) || bound->negative)
    return std::nullopt;
  return compare(decimal_of(Json(size)), *bound);
}

} // namespace

Assertion assert_type(const Json& types, const Json& value, const Json& schema) {
  const Json list = types.is_array() ? types : Json::array({types});
  const auto strings = strings_field(Json{{"types", list}}, "types");
  const bool known = !strings.empty() && strings.size() == list.size() &&
                     std::all_of(strings.begin(), strings.end(), [](const auto& type) {
                       return std::find(known_types.begin(), known_types.end(), type) != known_types.end();
                     });
  if (!known)
    return {false};
  const bool nullable = value.is_null() && bool_field(schema, "nullable").value_or(false); // of OpenAPI 3.0
  const bool fits = nullable || std::any_of(strings.begin(), strings.end(),
                                            [&](const auto& type) { return has_type(value, type); });
  return {true, fits ? "" : "must be of type " + join(strings, " or ") + ", not " + type_of(value)};
}

Assertion assert_enum(const Json& values, const Json& value) {
  if (!values.is_array())
    return {false};
  const auto text = canonical_text(value);
  const bool found =
      std::any_of(values.begin(), values.end(), [&](const Json& one) { return canonical_text(one) == text; });
  std::string list = json_line(values);
  return {true, found ? "" : "must be one of " + list.substr(1, list.size() - 2)};
}

Assertion assert_const(const Json& expected, const Json& value) {
  return {true, canonical_text(expected) == canonical_text(value) ? "" : "must be " + json_line(expected)};
}

Assertion assert_limit(const std::string& keyword, const Json& limit, const Json& value, const Json& schema) {
  const bool least = keyword.ends_with("inimum");
  bool exclusive = keyword.starts_with("exclusive");
  if (exclusive && limit.is_boolean()) // of draft 4, beside the limit itself
    return {true};
  if (!is_number(limit))
    return {false};
  if (!is_number(value))
    return {true};
  exclusive =
      exclusive || bool_field(schema, least ? "exclusiveMinimum" : "exclusiveMaximum").value_or(false);
  const auto order = compare(decimal_of(value), decimal_of(limit));
  const bool fits = (order == 0 && !exclusive) || (least ? order > 0 : order < 0);
  const char* relation = least       ? (exclusive ? "greater than " : "at least ")
                         : exclusive ? "less than "
                                     : "at most ";
  return {true, fits ? std::string{} : std::string{"must be "} + relation + number_text(limit)};
}

Assertion assert_multiple(const Json& divisor, const Json& value) {
  if (!is_number(divisor))
    return {false};
  if (!is_number(value))
    return {true};
  const auto fits = is_multiple(decimal_of(value), decimal_of(divisor));
  return {fits.has_value(), fits.value_or(true) ? "" : "must be a multiple of " + number_text(divisor)};
}

std::optional<bool> is_at_least(std::size_t size, const Json& limit) {
  const auto order = order_of(size, limit);
  return order ? std::optional{*order >= 0} : std::nullopt;
}

std::optional<bool> is_at_most(std::size_t size, const Json& limit) {
  const auto order = order_of(size, limit);
  return order ? std::optional{*order <= 0} : std::nullopt;
}

Assertion assert_size(const std::string& keyword, const Json& limit, const Json& value) {
  const bool least = keyword.starts_with("min");
  const auto size = size_for(keyword, value);
  const auto fits = least ? is_at_least(size.value_or(0), limit) : is_at_most(size.value_or(0), limit);
  if (!fits || !size || *fits)
    return {fits.has_value()};
  const char* thing = value.is_string() ? " characters" : value.is_array() ? " items" : " members";
  return {true,
          std::string{least ? "must have at least " : "must have at most "} + number_text(limit) + thing};
}

Assertion assert_unique(const Json& rule, const Json& value) {
  if (!rule.is_boolean())
    return {false};
  if (!value.is_array() || !rule.get<bool>())
    return {true};
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < value.size(); ++i)
    if (const auto [first, added] = seen.insert({canonical_text(value[i]), i}); !added)
      return {true, "has equal items at " + std::to_string(first->second) + " and " + std::to_string(i)};
  return {true};
}

Assertion assert_required(const Json& names, const Json& value) {
  const bool valid = names.is_array() && std::all_of(names.begin(), names.end(),
                                                     [](const Json& name) { return name.is_string(); });
  if (!valid || !value.is_object())
    return {valid};
  for (const auto& name : names)
    if (find_field(value, name.get_ref<const std::string&>()) == nullptr)
      return {true, quote(name.get<std::string>()) + " is missing"};
  return {true};
}

} // namespace chutes::service
