// The keywords that apply other schemas to the same value.
#include "base/terminal_text.hpp"
#include "service/schema/evaluation.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {

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
    if (next == Verdict::valid || verdict == Verdict::invalid)
      verdict = next;
    if (next == Verdict::invalid && !(m_violation.of_type && m_violation.path == place.part.path()))
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

} // namespace chutes::service
