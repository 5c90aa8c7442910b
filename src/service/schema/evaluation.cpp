#include "service/schema/evaluation.hpp"

#include "base/terminal_text.hpp"
#include "service/schema/assertions.hpp"
#include "service/schema/formats.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::service {
namespace {

constexpr std::size_t most_steps = 500'000; // some tenths of a second
constexpr int deepest = 200;                // rules within rules
constexpr std::size_t most_unchecked = 5;
constexpr std::size_t steps_of_a_match = 10;

Verdict both(Verdict left, Verdict right) {
  if (left == Verdict::invalid || right == Verdict::invalid)
    return Verdict::invalid;
  return left == Verdict::valid ? right : left;
}

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

struct Evaluation::Place {
  const Json& schema;
  const Part& part;
  SchemaScope scope;
  Evaluated& evaluated;
};

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

// References

Verdict Evaluation::apply_target(const SchemaTarget& target, Place& place) {
  return apply(*target.schema, place.part, target.scope, place.evaluated);
}

Verdict Evaluation::reference(const Json& rule, Place& place) {
  const auto target =
      rule.is_string() ? m_index.find(rule.get<std::string>(), place.scope) : std::optional<SchemaTarget>{};
  return target ? apply_target(*target, place) : leave("the reference " + one_line(json_line(rule), 100));
}

Verdict Evaluation::dynamic_reference(const Json& rule, Place& place) {
  const auto target =
      rule.is_string() ? m_index.find(rule.get<std::string>(), place.scope) : std::optional<SchemaTarget>{};
  if (!target)
    return leave("the reference " + one_line(json_line(rule), 100));
  if (!target->dynamic_anchor.empty())
    for (const auto& resource : m_resources) // the outermost that has it
      if (const auto dynamic = m_index.find_dynamic(target->dynamic_anchor, resource))
        return apply_target(*dynamic, place);
  return apply_target(*target, place);
}

Verdict Evaluation::recursive_reference(const Json& /*rule*/, Place& /*place*/) {
  return leave_keyword("$recursiveRef"); // of draft 2019-09 only
}

// Schemas applied to the same value

Verdict Evaluation::all_of(const Json& rule, Place& place) {
  if (!rule.is_array())
    return leave_keyword("allOf");
  auto verdict = Verdict::valid;
  for (const auto& schema : rule) {
    verdict = both(verdict, apply(schema, place.part, place.scope, place.evaluated));
    if (verdict == Verdict::invalid)
      break;
  }
  return verdict;
}

Verdict Evaluation::any_of(const Json& rule, Place& place) {
  if (!rule.is_array())
    return leave_keyword("anyOf");
  auto verdict = Verdict::invalid;
  std::vector<Violation> meant; // by the alternatives whose type fits
  for (const auto& schema : rule) {
    const auto next = apply(schema, place.part, place.scope, place.evaluated);
    if (next == Verdict::valid)
      verdict = next;
    else if (next == Verdict::undecided && verdict == Verdict::invalid)
      verdict = next;
    else if (next == Verdict::invalid && !(m_violation.of_type && m_violation.path == place.part.path()))
      meant.push_back(m_violation);
  }
  if (verdict != Verdict::invalid)
    return verdict;
  if (meant.size() != 1)
    return fail(place.part, "matches none of its alternatives (anyOf)");
  m_violation = meant.front();
  return verdict;
}

Verdict Evaluation::one_of(const Json& rule, Place& place) {
  if (!rule.is_array())
    return leave_keyword("oneOf");
  std::size_t valid = 0;
  std::size_t undecided = 0;
  for (const auto& schema : rule) {
    const auto verdict = apply(schema, place.part, place.scope, place.evaluated);
    valid += verdict == Verdict::valid ? 1 : 0;
    undecided += verdict == Verdict::undecided ? 1 : 0;
  }
  if (valid > 1)
    return fail(place.part, "matches more than one of its alternatives (oneOf)");
  if (undecided > 0)
    return Verdict::undecided;
  return valid == 1 ? Verdict::valid : fail(place.part, "matches none of its alternatives (oneOf)");
}

Verdict Evaluation::negation(const Json& rule, Place& place) {
  Evaluated unused;
  switch (apply(rule, place.part, place.scope, unused)) {
  case Verdict::valid:
    return fail(place.part, "matches a schema that it must not match (not)");
  case Verdict::invalid:
    return Verdict::valid;
  default:
    return Verdict::undecided;
  }
}

Verdict Evaluation::condition(const Json& rule, Place& place) {
  const auto condition = apply(rule, place.part, place.scope, place.evaluated);
  const auto branch = [&](const char* keyword) {
    const Json* schema = find_field(place.schema, keyword);
    return schema == nullptr ? Verdict::valid : apply(*schema, place.part, place.scope, place.evaluated);
  };
  if (condition != Verdict::undecided)
    return branch(condition == Verdict::valid ? "then" : "else");
  const auto then = branch("then");
  const auto otherwise = branch("else");
  return then == otherwise ? then : Verdict::undecided;
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

// Items

Verdict Evaluation::apply_to_item(const Json& rule, Place& place, std::size_t index) {
  Evaluated unused;
  place.evaluated.items.insert(index);
  return apply(rule, {place.part.value[index], &place.part, std::to_string(index)}, place.scope, unused);
}

Verdict Evaluation::items_from(const Json& rule, Place& place, std::size_t first) {
  auto verdict = Verdict::valid;
  for (auto i = first; i < place.part.value.size() && verdict != Verdict::invalid; ++i)
    verdict = both(verdict, apply_to_item(rule, place, i));
  return verdict;
}

Verdict Evaluation::prefix_items(const Json& rule, Place& place) {
  if (!rule.is_array())
    return leave_keyword("prefixItems");
  auto verdict = Verdict::valid;
  if (place.part.value.is_array())
    for (std::size_t i = 0; i < std::min(rule.size(), place.part.value.size()); ++i)
      verdict = both(verdict, verdict == Verdict::invalid ? verdict : apply_to_item(rule[i], place, i));
  return verdict;
}

Verdict Evaluation::items(const Json& rule, Place& place) {
  if (rule.is_array()) // as older drafts have it
    return prefix_items(rule, place);
  if (!place.part.value.is_array())
    return Verdict::valid;
  const Json* prefix = find_field(place.schema, "prefixItems");
  return items_from(rule, place, prefix != nullptr && prefix->is_array() ? prefix->size() : 0);
}

Verdict Evaluation::additional_items(const Json& rule, Place& place) {
  const Json* items = find_field(place.schema, "items");
  const bool applies = items != nullptr && items->is_array() && place.part.value.is_array();
  return applies ? items_from(rule, place, items->size()) : Verdict::valid;
}

Verdict Evaluation::contains(const Json& rule, Place& place) {
  if (!place.part.value.is_array())
    return Verdict::valid;
  std::size_t valid = 0;
  std::size_t undecided = 0;
  for (std::size_t i = 0; i < place.part.value.size(); ++i) {
    Evaluated unused;
    const auto verdict =
        apply(rule, {place.part.value[i], &place.part, std::to_string(i)}, place.scope, unused);
    valid += verdict == Verdict::valid ? 1 : 0;
    undecided += verdict == Verdict::undecided ? 1 : 0;
    if (verdict == Verdict::valid)
      place.evaluated.items.insert(i);
  }
  const Json* least = find_field(place.schema, "minContains");
  const Json* most = find_field(place.schema, "maxContains");
  const auto enough = [&](std::size_t count) {
    return is_at_least(count, least == nullptr ? Json(1) : *least);
  };
  const auto few = [&](std::size_t count) {
    return most == nullptr ? std::optional{true} : is_at_most(count, *most);
  };
  if (!enough(0) || !few(0))
    return leave_keyword("contains");
  if (!*enough(valid + undecided) || !*few(valid))
    return fail(place.part,
                "holds " + std::to_string(valid) + " items of those that it must contain (contains)");
  return *enough(valid) && *few(valid + undecided) ? Verdict::valid : Verdict::undecided;
}

Verdict Evaluation::unevaluated_items(const Json& rule, Place& place) {
  if (!place.part.value.is_array())
    return Verdict::valid;
  const bool uncertain = place.evaluated.uncertain;
  auto verdict = Verdict::valid;
  for (std::size_t i = 0; i < place.part.value.size() && verdict != Verdict::invalid; ++i)
    if (place.evaluated.items.count(i) == 0)
      verdict = both(verdict, apply_to_item(rule, place, i));
  return verdict == Verdict::invalid && uncertain ? leave_keyword("unevaluatedItems") : verdict;
}

// Members

Verdict Evaluation::apply_to_member(const Json& rule, Place& place, const std::string& name,
                                    const Json& value) {
  Evaluated unused;
  place.evaluated.members.insert(name);
  return apply(rule, {value, &place.part, name}, place.scope, unused);
}

Verdict Evaluation::properties(const Json& rule, Place& place) {
  if (!rule.is_object())
    return leave_keyword("properties");
  auto verdict = Verdict::valid;
  for (const auto& item : rule.items())
    if (const Json* value = find_field(place.part.value, item.key()); value != nullptr)
      verdict = both(verdict, verdict == Verdict::invalid
                                  ? verdict
                                  : apply_to_member(item.value(), place, item.key(), *value));
  return verdict;
}

Verdict Evaluation::pattern_properties(const Json& rule, Place& place) {
  if (!rule.is_object())
    return leave_keyword("patternProperties");
  auto verdict = Verdict::valid;
  if (!place.part.value.is_object())
    return verdict;
  for (const auto& item : rule.items())
    for (const auto& member : place.part.value.items()) {
      const auto match = find_pattern(item.key(), member.key());
      if (match == Match::unknown)
        verdict = both(verdict, Verdict::undecided);
      if (match == Match::yes)
        verdict = both(verdict, apply_to_member(item.value(), place, member.key(), member.value()));
      if (verdict == Verdict::invalid)
        return verdict;
    }
  return verdict;
}

Verdict Evaluation::additional_properties(const Json& rule, Place& place) {
  const Json* named = find_field(place.schema, "properties");
  const Json* patterns = find_field(place.schema, "patternProperties");
  const auto match = [&](const std::string& name) {
    auto found = named != nullptr && find_field(*named, name) != nullptr ? Match::yes : Match::no;
    if (patterns != nullptr && patterns->is_object())
      for (const auto& item : patterns->items())
        if (const auto one = found == Match::yes ? found : find_pattern(item.key(), name); one != Match::no)
          found = one;
    return found;
  };
  auto verdict = Verdict::valid;
  if (!place.part.value.is_object())
    return verdict;
  for (const auto& item : place.part.value.items()) {
    const auto known = match(item.key());
    if (known == Match::yes)
      continue;
    const auto next = apply_to_member(rule, place, item.key(), item.value());
    verdict = both(verdict, known == Match::unknown && next == Verdict::invalid ? Verdict::undecided : next);
    if (verdict == Verdict::invalid)
      break;
  }
  return verdict;
}

Verdict Evaluation::property_names(const Json& rule, Place& place) {
  auto verdict = Verdict::valid;
  if (!place.part.value.is_object())
    return verdict;
  for (const auto& item : place.part.value.items()) {
    Evaluated unused;
    const Json name = item.key();
    verdict = both(verdict, apply(rule, {name, &place.part, item.key()}, place.scope, unused));
    if (verdict == Verdict::invalid)
      break;
  }
  return verdict;
}

// dependentRequired, dependentSchemas, and dependencies, which was both
Verdict Evaluation::dependencies(const Json& rule, Place& place) {
  const char* keyword = find_field(place.schema, "dependentRequired") == &rule  ? "dependentRequired"
                        : find_field(place.schema, "dependentSchemas") == &rule ? "dependentSchemas"
                                                                                : "dependencies";
  if (!rule.is_object())
    return leave_keyword(keyword);
  auto verdict = Verdict::valid;
  for (const auto& item : rule.items()) {
    if (find_field(place.part.value, item.key()) == nullptr)
      continue;
    if (item.value().is_array()) {
      const auto required = assert_required(item.value(), place.part.value);
      if (!required.violation.empty())
        return fail(place.part, required.violation + ", which is required with " + item.key());
      verdict = both(verdict, required.applies ? Verdict::valid : leave_keyword(keyword));
    } else {
      verdict = both(verdict, apply(item.value(), place.part, place.scope, place.evaluated));
    }
    if (verdict == Verdict::invalid)
      break;
  }
  return verdict;
}

Verdict Evaluation::unevaluated_properties(const Json& rule, Place& place) {
  if (!place.part.value.is_object())
    return Verdict::valid;
  const bool uncertain = place.evaluated.uncertain;
  auto verdict = Verdict::valid;
  for (const auto& item : place.part.value.items()) {
    if (place.evaluated.members.count(item.key()) == 0)
      verdict = both(verdict, apply_to_member(rule, place, item.key(), item.value()));
    if (verdict == Verdict::invalid)
      break;
  }
  return verdict == Verdict::invalid && uncertain ? leave_keyword("unevaluatedProperties") : verdict;
}

} // namespace chutes::service
