// The keywords that apply schemas to the parts of a value: items and members.
#include "service/schema/assertions.hpp"
#include "service/schema/evaluation.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::service {

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
    if (!place.evaluated.items.contains(i))
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
    if (!place.evaluated.members.contains(item.key()))
      verdict = both(verdict, apply_to_member(rule, place, item.key(), item.value()));
    if (verdict == Verdict::invalid)
      break;
  }
  return verdict == Verdict::invalid && uncertain ? leave_keyword("unevaluatedProperties") : verdict;
}

} // namespace chutes::service
