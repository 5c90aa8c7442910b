#include "sandbox/models/schema_example.hpp"

#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "sandbox/models/pattern_example.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace chutes::sandbox {
namespace {

constexpr std::size_t most_nodes = 10'000;    // of one example
constexpr std::size_t deepest = 40;           // levels of one example; parsers have their limits
constexpr std::int64_t longest = 10'000;      // characters of a string, elements of a list
constexpr std::ptrdiff_t most_unfoldings = 2; // of one $ref within itself

struct Format {
  std::string_view name;
  const char* example;
};
constexpr std::array formats{
    Format{"date-time", "2026-01-15T09:30:00Z"},
    Format{"date", "2026-01-15"},
    Format{"time", "09:30:00Z"},
    Format{"duration", "P1D"},
    Format{"email", "ada@example.com"},
    Format{"idn-email", "ada@example.com"},
    Format{"hostname", "example.com"},
    Format{"idn-hostname", "example.com"},
    Format{"ipv4", "192.0.2.1"},
    Format{"ipv6", "2001:db8::1"},
    Format{"uuid", "3f2c8f9e-5b1d-4c6a-9e7f-0a1b2c3d4e5f"},
    Format{"uri", "https://example.com/"},
    Format{"uri-reference", "https://example.com/"},
    Format{"iri", "https://example.com/"},
};

std::optional<double> number_at(const Json& schema, std::string_view name) {
  const Json* value = find_field(schema, name);
  return value != nullptr ? number_of(*value) : std::nullopt;
}

// A bound that is at least 0, and a length that is too great to be made.
std::int64_t size_at(const Json& schema, std::string_view name, std::int64_t otherwise) {
  const auto size = number_at(schema, name);
  return size ? static_cast<std::int64_t>(std::clamp(*size, 0.0, static_cast<double>(longest) + 1))
              : otherwise;
}

// Which numbers a schema allows; the bounds are inclusive unless they are open.
struct Interval {
  explicit Interval(const Json& schema) {
    for (const char* name : {"minimum", "exclusiveMinimum"})
      if (const auto value = number_at(schema, name); value && *value >= low) {
        low = *value;
        low_open = std::string_view{name} != "minimum";
      }
    for (const char* name : {"maximum", "exclusiveMaximum"})
      if (const auto value = number_at(schema, name); value && *value <= high) {
        high = *value;
        high_open = std::string_view{name} != "maximum";
      }
  }

  [[nodiscard]] bool holds(double value) const {
    return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
  }

  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;
};

// The multiple of `step` within the interval that is nearest above `wanted`, or the last one.
std::optional<double> multiple_in(const Interval& interval, double step, double wanted) {
  double value = std::ceil(std::max(wanted, interval.low) / step) * step;
  if (value == interval.low && interval.low_open)
    value += step;
  if (!interval.holds(value)) {
    value = std::floor(interval.high / step) * step;
    if (value == interval.high && interval.high_open)
      value -= step;
  }
  return interval.holds(value) ? std::optional{value} : std::nullopt;
}

std::optional<double> real_in(const Interval& interval, double wanted) {
  if (interval.holds(wanted))
    return wanted;
  const bool bounded_below = std::isfinite(interval.low);
  const bool bounded_above = std::isfinite(interval.high);
  double value = bounded_below ? interval.low + 1 : interval.high - 1;
  if (bounded_below && bounded_above)
    value = interval.low + (interval.high - interval.low) / 2;
  return interval.holds(value) ? std::optional{value} : std::nullopt;
}

Json number_json(double value) {
  constexpr double exact = 9007199254740992.0; // 2^53
  if (value == std::floor(value) && std::abs(value) < exact)
    return static_cast<std::int64_t>(value);
  return value;
}

std::string first_characters(const std::string& text, std::int64_t count) {
  std::size_t end = 0;
  for (std::int64_t index = 0; index < count && end < text.size(); ++index)
    end += next_character(std::string_view{text}.substr(end)).length;
  return text.substr(0, end);
}

// The types a schema names; without a name, the one that its keywords are about.
std::vector<std::string> types_of(const Json& schema) {
  if (auto name = string_field(schema, "type"))
    return {*std::move(name)};
  if (auto names = strings_field(schema, "type"); !names.empty())
    return names;
  const auto has = [&schema](std::string_view name) { return find_field(schema, name) != nullptr; };
  if (has("properties") || has("required") || has("additionalProperties"))
    return {"object"};
  if (has("items") || has("prefixItems") || has("minItems"))
    return {"array"};
  if (has("minimum") || has("maximum") || has("exclusiveMinimum") || has("exclusiveMaximum") ||
      has("multipleOf"))
    return {"number"};
  return {"string"};
}

// `base` with what `more` adds: properties and required names together, of everything else the newer.
Json merged(Json base, const Json& more) {
  if (!more.is_object())
    return base;
  for (const auto& [name, value] : more.items()) {
    if (name == "properties" && value.is_object() && base.contains(name))
      base[name].update(value);
    else if (name == "required" && value.is_array() && base.contains(name) && base[name].is_array())
      base[name].insert(base[name].end(), value.begin(), value.end());
    else
      base[name] = value;
  }
  return base;
}

Json without(Json schema, const char* name) {
  schema.erase(name);
  return schema;
}

class ExampleMaker {
public:
  ExampleMaker(const Json& root, const std::string& text) : m_root(root), m_text(text) {}

  std::optional<Json> value(const Json& schema) {
    if (schema.is_boolean())
      return schema.get<bool>() ? std::optional<Json>{m_text} : std::nullopt;
    if (!schema.is_object() || m_depth == deepest || ++m_nodes > most_nodes)
      return std::nullopt;
    ++m_depth;
    auto found = value_of_object(schema);
    --m_depth;
    return found;
  }

private:
  std::optional<Json> value_of_object(const Json& schema) {
    if (const auto reference = string_field(schema, "$ref"))
      return value_of_reference(schema, *reference);
    if (const Json* constant = find_field(schema, "const"))
      return *constant;
    if (const Json* values = find_field(schema, "enum"); values != nullptr && values->is_array())
      return values->empty() ? std::nullopt : std::optional<Json>{values->at(m_variant % values->size())};
    if (const Json* parts = find_field(schema, "allOf"); parts != nullptr && parts->is_array())
      return value_of_all(without(schema, "allOf"), *parts);
    for (const char* choice : {"anyOf", "oneOf"})
      if (const Json* options = find_field(schema, choice); options != nullptr && options->is_array())
        return value_of_any(without(schema, choice), *options);
    for (const auto& type : types_of(schema))
      if (auto found = value_of_type(schema, type))
        return found;
    return std::nullopt;
  }

  std::optional<Json> value_of_reference(const Json& schema, const std::string& reference) {
    const Json* target = target_of(reference);
    if (target == nullptr ||
        std::count(m_references.begin(), m_references.end(), reference) == most_unfoldings)
      return std::nullopt;
    m_references.push_back(reference);
    auto found = value(target->is_object() ? merged(*target, without(schema, "$ref")) : *target);
    m_references.pop_back();
    return found;
  }

  [[nodiscard]] const Json* target_of(const std::string& reference) const {
    if (!reference.starts_with('#'))
      return nullptr;
    try {
      return &m_root.at(Json::json_pointer{reference.substr(1)});
    } catch (const Json::exception&) {
      return nullptr;
    }
  }

  std::optional<Json> value_of_all(Json base, const Json& parts) {
    for (const auto& part : parts) {
      const auto reference = string_field(part, "$ref");
      const Json* target = reference ? target_of(*reference) : &part;
      if (target == nullptr)
        return std::nullopt;
      base = merged(std::move(base), *target);
    }
    return value(base);
  }

  std::optional<Json> value_of_any(const Json& base, const Json& options) {
    for (const auto& option : options)
      if (auto found = value(option.is_object() ? merged(base, option) : option))
        return found;
    return std::nullopt;
  }

  std::optional<Json> value_of_type(const Json& schema, const std::string& type) {
    if (type == "string")
      return string(schema);
    if (type == "integer" || type == "number")
      return number(schema, type == "integer");
    if (type == "boolean")
      return m_variant % 2 == 0;
    if (type == "null")
      return Json{};
    if (type == "array")
      return array(schema);
    return type == "object" ? object(schema) : std::nullopt;
  }

  [[nodiscard]] std::optional<Json> string(const Json& schema) const {
    const auto fewest = size_at(schema, "minLength", 0);
    const auto most = size_at(schema, "maxLength", longest);
    if (fewest > most || fewest > longest)
      return std::nullopt;
    const auto format = string_field(schema, "format").value_or("");
    const auto* known = std::find_if(formats.begin(), formats.end(),
                                     [&format](const Format& candidate) { return candidate.name == format; });
    if (known != formats.end())
      return known->example;
    if (const auto pattern = string_field(schema, "pattern"))
      return string_of_pattern(*pattern, fewest, most);
    std::string text = m_variant == 0 ? m_text : m_text + " " + std::to_string(m_variant + 1);
    if (static_cast<std::int64_t>(character_count(text)) > most)
      text = first_characters(text, most);
    const auto missing = fewest - static_cast<std::int64_t>(character_count(text));
    return text.append(static_cast<std::size_t>(std::max<std::int64_t>(missing, 0)), '.');
  }

  static std::optional<Json> string_of_pattern(const std::string& pattern, std::int64_t fewest,
                                               std::int64_t most) {
    const auto text = example_of_pattern(pattern, static_cast<std::size_t>(fewest));
    const bool fits = text && static_cast<std::int64_t>(character_count(*text)) <= most;
    return fits ? std::optional<Json>{*text} : std::nullopt;
  }

  [[nodiscard]] std::optional<Json> number(const Json& schema, bool whole) const {
    const Interval interval{schema};
    const auto step = number_at(schema, "multipleOf").value_or(0);
    const auto wanted = static_cast<double>(m_variant + 1);
    const auto found =
        step > 0 || whole ? multiple_in(interval, step > 0 ? step : 1, wanted) : real_in(interval, wanted);
    return found ? std::optional{number_json(*found)} : std::nullopt;
  }

  std::optional<Json> array(const Json& schema) {
    const auto fewest = size_at(schema, "minItems", 0);
    const auto most = size_at(schema, "maxItems", longest);
    if (fewest > most || fewest > longest)
      return std::nullopt;
    Json list = Json::array();
    const auto outer = m_variant;
    const auto wanted = std::clamp<std::int64_t>(first_items(schema), fewest, most);
    for (m_variant = 0; static_cast<std::int64_t>(m_variant) < wanted; ++m_variant) {
      auto element = value(item_schema(schema, m_variant));
      if (!element)
        break;
      list.push_back(*std::move(element));
    }
    m_variant = outer;
    return static_cast<std::int64_t>(list.size()) < fewest ? std::nullopt : std::optional{std::move(list)};
  }

  // How many items to show where any number may be: those with a place of their own, else one.
  static std::int64_t first_items(const Json& schema) {
    const Json* first = find_field(schema, "prefixItems");
    if (first != nullptr && first->is_array())
      return static_cast<std::int64_t>(first->size());
    const Json* items = find_field(schema, "items");
    return items == nullptr ? 0 : 1;
  }

  static Json item_schema(const Json& schema, std::size_t index) {
    const Json* first = find_field(schema, "prefixItems");
    if (first != nullptr && first->is_array() && index < first->size())
      return first->at(index);
    const Json* items = find_field(schema, "items");
    return items == nullptr ? Json(true) : *items;
  }

  std::optional<Json> object(const Json& schema) {
    Json found = Json::object();
    const auto required = strings_field(schema, "required");
    const auto is_required = [&required](const std::string& name) {
      return std::find(required.begin(), required.end(), name) != required.end();
    };
    if (const Json* properties = find_field(schema, "properties");
        properties != nullptr && properties->is_object())
      for (const auto& [name, property] : properties->items()) {
        if (auto member = value(property))
          found[name] = *std::move(member);
        else if (is_required(name))
          return std::nullopt;
      }
    const Json* others = find_field(schema, "additionalProperties");
    for (const auto& name : required) {
      if (found.contains(name))
        continue;
      auto member = value(others == nullptr ? Json(true) : *others);
      if (!member)
        return std::nullopt;
      found[name] = *std::move(member);
    }
    return found;
  }

  const Json& m_root;
  const std::string& m_text;
  std::vector<std::string> m_references; // being unfolded
  std::size_t m_variant = 0;             // the place in the list being filled, so that its elements differ
  std::size_t m_depth = 0;
  std::size_t m_nodes = 0;
};

} // namespace

std::optional<Json> example_of_schema(const Json& schema, const std::string& text) {
  return ExampleMaker{schema, text}.value(schema);
}

} // namespace chutes::sandbox
