#include "service/schema/schema_index.hpp"

#include "base/ascii.hpp"
#include "base/form.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace chutes::service {
namespace {

// Keywords with a schema, with a list of them, and with an object of them. Others hold no schemas: an $id
// there is data.
constexpr std::array<std::string_view, 12> with_one{"additionalItems",
                                                    "additionalProperties",
                                                    "contains",
                                                    "contentSchema",
                                                    "else",
                                                    "if",
                                                    "items",
                                                    "not",
                                                    "propertyNames",
                                                    "then",
                                                    "unevaluatedItems",
                                                    "unevaluatedProperties"};
constexpr std::array<std::string_view, 5> with_list{"allOf", "anyOf", "items", "oneOf", "prefixItems"};
constexpr std::array<std::string_view, 6> with_object{
    "$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"};

template <std::size_t Size>
bool is_among(const std::string& name, const std::array<std::string_view, Size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string without_fragment(const std::string& uri) {
  return uri.substr(0, uri.find('#'));
}

bool has_scheme(const std::string& uri) {
  const auto colon = uri.find(':');
  return colon != std::string::npos && colon > 0 && is_letter(uri.front()) &&
         std::all_of(uri.begin(), uri.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

std::string without_dot_segments(const std::string& path) {
  std::vector<std::string> segments;
  const auto all = split(path, '/');
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool last = i + 1 == all.size();
    if (all[i] == ".." && segments.size() > 1)
      segments.pop_back();
    if (all[i] != "." && all[i] != "..")
      segments.push_back(all[i]);
    else if (last)
      segments.emplace_back();
  }
  return join(segments, "/");
}

// The step of a JSON pointer, unescaped (RFC 6901 §4).
std::string unescaped(std::string step) {
  for (auto at = step.find('~'); at != std::string::npos; at = step.find('~', at + 1))
    if (step.compare(at, 2, "~1") == 0)
      step.replace(at, 2, "/");
    else if (step.compare(at, 2, "~0") == 0)
      step.replace(at, 2, "~");
  return step;
}

const Json* child_of(const Json& value, const std::string& step) {
  if (!value.is_array())
    return find_field(value, step);
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool valid = error == std::errc{} && end == step.data() + step.size() && index < value.size();
  return valid ? &value[index] : nullptr;
}

std::optional<SchemaTarget> at_pointer(const SchemaTarget& resource, const std::string& pointer) {
  SchemaTarget found = resource;
  const auto steps = split(pointer.substr(1), '/');
  for (const auto& step : steps) {
    found.scope = SchemaIndex::scope_in(*found.schema, found.scope);
    found.schema = child_of(*found.schema, unescaped(step));
    if (found.schema == nullptr)
      return std::nullopt;
  }
  return found;
}

} // namespace

std::string resolved_uri(const std::string& reference, const std::string& base) {
  if (reference.empty())
    return base;
  if (has_scheme(reference))
    return reference;
  const auto scheme_end = has_scheme(base) ? base.find(':') + 1 : 0;
  if (reference.starts_with("//"))
    return base.substr(0, scheme_end) + reference;
  const bool has_authority = base.compare(scheme_end, 2, "//") == 0;
  const auto path_begin =
      has_authority ? std::min(base.find_first_of("/?", scheme_end + 2), base.size()) : scheme_end;
  const auto origin = base.substr(0, path_begin);
  if (reference.starts_with('/'))
    return origin + without_dot_segments(reference);
  auto path = base.substr(path_begin, base.find('?', path_begin) - path_begin);
  if (reference.starts_with('?'))
    return origin + path + reference;
  path.resize(path.find_last_of('/') + 1); // npos + 1 is 0
  if (path.empty() && has_authority)
    path = "/";
  return origin + without_dot_segments(path + reference);
}

SchemaIndex::SchemaIndex(const Json& document) {
  m_resources[""] = {&document, {}, {}};
  add(document, {});
}

SchemaScope SchemaIndex::scope_in(const Json& schema, const SchemaScope& outer) {
  SchemaScope inner = outer;
  if (const auto dialect = string_field(schema, "$schema"))
    inner.legacy = dialect->find("/draft-0") != std::string::npos;
  const auto id = string_field(schema, "$id");
  const bool ignored = inner.legacy && find_field(schema, "$ref") != nullptr;
  if (id && !ignored && !id->starts_with('#'))
    inner.base = resolved_uri(without_fragment(*id), outer.base);
  return inner;
}

void SchemaIndex::add(const Json& schema, const SchemaScope& outer) {
  if (!schema.is_object())
    return;
  const auto inner = scope_in(schema, outer);
  add_names(schema, outer, inner);
  add_children(schema, inner);
}

void SchemaIndex::add_names(const Json& schema, const SchemaScope& outer, const SchemaScope& inner) {
  if (inner.base != outer.base)
    m_resources.insert({inner.base, {&schema, outer, {}}});
  const auto add_anchor = [&](const std::string& name, const std::string& dynamic) {
    m_anchors.insert({inner.base + "#" + name, {&schema, outer, dynamic}});
  };
  if (const auto anchor = string_field(schema, "$anchor"))
    add_anchor(*anchor, "");
  if (const auto anchor = string_field(schema, "$dynamicAnchor"))
    add_anchor(*anchor, *anchor);
  if (const auto id = string_field(schema, "$id"); id && id->size() > 1 && id->starts_with('#'))
    add_anchor(id->substr(1), ""); // as draft 7 has it
}

void SchemaIndex::add_children(const Json& schema, const SchemaScope& inner) {
  for (const auto& item : schema.items()) {
    const auto& value = item.value();
    if (value.is_object() && is_among(item.key(), with_one))
      add(value, inner);
    const bool several = (value.is_array() && is_among(item.key(), with_list)) ||
                         (value.is_object() && is_among(item.key(), with_object));
    if (several)
      for (const auto& one : value)
        add(one, inner);
  }
}

std::optional<SchemaTarget> SchemaIndex::find(const std::string& reference, const SchemaScope& scope) const {
  const auto base = resolved_uri(without_fragment(reference), scope.base);
  const auto hash = reference.find('#');
  const auto fragment =
      hash == std::string::npos ? std::optional<std::string>{""} : percent_decode(reference.substr(hash + 1));
  const auto resource = m_resources.find(base);
  if (resource == m_resources.end() || !fragment)
    return std::nullopt;
  if (fragment->empty())
    return resource->second;
  if (fragment->starts_with('/'))
    return at_pointer(resource->second, *fragment);
  const auto anchor = m_anchors.find(base + "#" + *fragment);
  return anchor == m_anchors.end() ? std::nullopt : std::optional{anchor->second};
}

std::optional<SchemaTarget> SchemaIndex::find_dynamic(const std::string& anchor,
                                                      const std::string& base) const {
  const auto found = m_anchors.find(base + "#" + anchor);
  return found == m_anchors.end() || found->second.dynamic_anchor.empty() ? std::nullopt
                                                                          : std::optional{found->second};
}

} // namespace chutes::service
