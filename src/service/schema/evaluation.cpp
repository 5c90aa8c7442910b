#include "service/schema/evaluation.hpp"

#include "base/terminal_text.hpp"
#include "service/schema/assertions.hpp"
#include "service/schema/formats.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::service {
namespace {

constexpr std::size_t most_steps = 500'000; // some tenths of a second, or seconds of costly matches
constexpr int deepest = 200;                // rules within rules
constexpr std::size_t most_unchecked = 5;
constexpr std::size_t steps_of_a_match = 50;

// The steps that a text costs beside others.
std::size_t weight_of(const Json& value) {
  constexpr std::size_t bytes_a_step = 256;
  return value.is_string() ? value.get_ref<const std::string&>().size() / bytes_a_step : 0;
}

// The number of values in it.
std::size_t size_of(const Json& value) {
  std::size_t size = 1 + weight_of(value);
  if (value.is_structured())
    for (const auto& part : value)
      size += size_of(part);
  return size;
}

void take_over(Evaluated& into, const Evaluated& from) {
  into.members.insert(from.members.begin(), from.members.end());
  into.items.insert(from.items.begin(), from.items.end());
  into.uncertain = into.uncertain || from.uncertain;
}

} // namespace

Verdict both(Verdict left, Verdict right) {
  if (left == Verdict::invalid || right == Verdict::invalid)
    return Verdict::invalid;
  return left == Verdict::valid ? right : left;
}

struct Evaluation::NamedKeyword {
  const char* name;
  Keyword apply; // null: looks at one value only
};

std::string Part::path() const {
  if (outer == nullptr)
    return "";
  const auto before = outer->path();
  return before.empty() ? step : before + "." + step;
}

// In the order in which they are applied: the unevaluated… keywords see what all others have applied to.
const std::vector<Evaluation::NamedKeyword>& Evaluation::keywords() {
  static const std::vector<NamedKeyword> all{
      {"$ref", &Evaluation::reference},
      {"$dynamicRef", &Evaluation::dynamic_reference},
      {"$recursiveRef", &Evaluation::recursive_reference},
      {"type", nullptr},
      {"enum", nullptr},
      {"const", nullptr},
      {"multipleOf", nullptr},
      {"minimum", nullptr},
      {"maximum", nullptr},
      {"exclusiveMinimum", nullptr},
      {"exclusiveMaximum", nullptr},
      {"minLength", nullptr},
      {"maxLength", nullptr},
      {"minItems", nullptr},
      {"maxItems", nullptr},
      {"minProperties", nullptr},
      {"maxProperties", nullptr},
      {"uniqueItems", nullptr},
      {"required", nullptr},
      {"pattern", &Evaluation::pattern},
      {"format", &Evaluation::format},
      {"prefixItems", &Evaluation::prefix_items},
      {"items", &Evaluation::items},
      {"additionalItems", &Evaluation::additional_items},
      {"contains", &Evaluation::contains},
      {"properties", &Evaluation::properties},
      {"patternProperties", &Evaluation::pattern_properties},
      {"additionalProperties", &Evaluation::additional_properties},
      {"propertyNames", &Evaluation::property_names},
      {"dependentRequired", &Evaluation::dependencies},
      {"dependentSchemas", &Evaluation::dependencies},
      {"dependencies", &Evaluation::dependencies},
      {"allOf", &Evaluation::all_of},
      {"anyOf", &Evaluation::any_of},
      {"oneOf", &Evaluation::one_of},
      {"not", &Evaluation::negation},
      {"if", &Evaluation::condition},
      {"unevaluatedItems", &Evaluation::unevaluated_items},
      {"unevaluatedProperties", &Evaluation::unevaluated_properties},
  };
  return all;
}

Verdict Evaluation::run(const Json& document) {
  Evaluated evaluated;
  return apply(m_root, Part{document}, {}, evaluated);
}

std::string Evaluation::violation() const {
  return (m_violation.path.empty() ? "" : m_violation.path + ": ") + m_violation.what;
}

void Evaluation::count(std::size_t steps) {
  m_steps += steps;
  if (m_steps > most_steps)
    throw SchemaTooCostly{};
}

Verdict Evaluation::fail(const Part& part, const std::string& what) {
  m_violation = {part.path(), what};
  return Verdict::invalid;
}

Verdict Evaluation::leave(const std::string& what) {
  const bool known = std::find(m_unchecked.begin(), m_unchecked.end(), what) != m_unchecked.end();
  if (!known && m_unchecked.size() < most_unchecked)
    m_unchecked.push_back(what);
  return Verdict::undecided;
}

Verdict Evaluation::leave_keyword(const char* keyword) {
  return leave(std::string{"the keyword \""} + keyword + "\"");
}

Match Evaluation::find_pattern(const std::string& pattern, const std::string& text) {
  count(steps_of_a_match + text.size() / 64);
  const auto match = m_patterns.find(pattern, text);
  if (match == Match::unknown)
    leave("the pattern " + one_line(pattern, 80));
  return match;
}

Verdict Evaluation::apply(const Json& schema, const Part& part, const SchemaScope& outer,
                          Evaluated& evaluated) {
  count(1 + weight_of(part.value));
  if (schema.is_boolean())
    return schema.get<bool>() ? Verdict::valid : fail(part, "is not allowed");
  if (!schema.is_object())
    return leave("a schema that is no object");
  if (++m_depth > deepest)
    throw SchemaTooCostly{};
  Evaluated own;
  Place place{schema, part, SchemaIndex::scope_in(schema, outer), own};
  const bool entered = m_resources.empty() || m_resources.back() != place.scope.base;
  if (entered)
    m_resources.push_back(place.scope.base);
  const auto verdict = apply_keywords(place);
  if (entered)
    m_resources.pop_back();
  --m_depth;
  if (verdict == Verdict::undecided)
    own.uncertain = true;
  if (verdict != Verdict::invalid)
    take_over(evaluated, own);
  return verdict;
}

Verdict Evaluation::apply_keywords(Place& place) {
  const bool reference_only = place.scope.legacy && find_field(place.schema, "$ref") != nullptr;
  auto verdict = Verdict::valid;
  for (const auto& [name, keyword] : keywords()) {
    const Json* rule = find_field(place.schema, name);
    if (rule == nullptr)
      continue;
    const auto next = keyword == nullptr ? assert_alone(name, *rule, place) : (this->*keyword)(*rule, place);
    verdict = both(verdict, next);
    if (verdict == Verdict::invalid || reference_only)
      return verdict;
    if (next == Verdict::undecided)
      place.evaluated.uncertain = true;
  }
  return verdict;
}

Verdict Evaluation::assert_alone(const char* keyword, const Json& rule, Place& place) {
  const std::string name = keyword;
  const auto& value = place.part.value;
  if (name == "enum" || name == "const" || name == "uniqueItems")
    count(rule.size() + size_of(value)); // they look at all of it
  Assertion assertion;
  if (name == "type")
    assertion = assert_type(rule, value, place.schema);
  else if (name == "enum")
    assertion = assert_enum(rule, value);
  else if (name == "const")
    assertion = assert_const(rule, value);
  else if (name == "multipleOf")
    assertion = assert_multiple(rule, value);
  else if (name == "uniqueItems")
    assertion = assert_unique(rule, value);
  else if (name == "required")
    assertion = assert_required(rule, value);
  else if (name.ends_with("imum"))
    assertion = assert_limit(name, rule, value, place.schema);
  else
    assertion = assert_size(name, rule, value);
  if (!assertion.applies)
    return leave_keyword(keyword);
  if (assertion.violation.empty())
    return Verdict::valid;
  fail(place.part, assertion.violation);
  m_violation.of_type = name == "type";
  return Verdict::invalid;
}

// Patterns

Verdict Evaluation::pattern(const Json& rule, Place& place) {
  if (!rule.is_string())
    return leave_keyword("pattern");
  if (!place.part.value.is_string())
    return Verdict::valid;
  const auto& text = rule.get_ref<const std::string&>();
  switch (find_pattern(text, place.part.value.get_ref<const std::string&>())) {
  case Match::yes:
    return Verdict::valid;
  case Match::no:
    return fail(place.part, "does not match the pattern " + text);
  default:
    return Verdict::undecided;
  }
}

Verdict Evaluation::format(const Json& rule, Place& place) {
  if (!rule.is_string())
    return leave_keyword("format");
  if (!place.part.value.is_string())
    return Verdict::valid;
  const auto& name = rule.get_ref<const std::string&>();
  const auto& text = place.part.value.get_ref<const std::string&>();
  count(steps_of_a_match + text.size() / 64);
  switch (has_format(text, name, m_patterns)) {
  case Match::yes:
    return Verdict::valid;
  case Match::no:
    return fail(place.part, "does not have the format " + name);
  default:
    return leave("the format " + one_line(name, 80));
  }
}

} // namespace chutes::service
