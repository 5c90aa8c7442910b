// One document applied to one schema, keyword by keyword. Besides valid and invalid, a keyword may be
// undecided, if it or a keyword below it cannot be applied; that is carried upwards, through "not" and
// "anyOf" too, and never becomes a violation.
#pragma once

#include "base/json_fields.hpp"
#include "service/schema/ecma_pattern.hpp"
#include "service/schema/schema_index.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace chutes::service {

enum class Verdict { valid, invalid, undecided };

// The verdict of two keywords side by side.
[[nodiscard]] Verdict both(Verdict left, Verdict right);

// What keywords have applied to, for the unevaluated… keywords beside them.
struct Evaluated {
  std::set<std::string> members;
  std::set<std::size_t> items;
  bool uncertain = false; // a keyword that may have applied to more is undecided
};

// A part of the document.
struct Part {
  const Json& value;
  const Part* outer = nullptr;
  std::string step{}; // from `outer`: a name or an index

  [[nodiscard]] std::string path() const; // "messages.0.role"; empty for the document
};

class Evaluation {
public:
  explicit Evaluation(const Json& schema) : m_root(schema), m_index(schema) {}

  // Throws SchemaTooCostly.
  [[nodiscard]] Verdict run(const Json& document);

  [[nodiscard]] std::string violation() const; // meaningful if the verdict is invalid
  [[nodiscard]] const std::vector<std::string>& unchecked() const { return m_unchecked; }

private:
  struct Place { // a keyword's
    const Json& schema;
    const Part& part;
    SchemaScope scope;
    Evaluated& evaluated; // of the part, so far
  };
  using Keyword = Verdict (Evaluation::*)(const Json& rule, Place& place);
  struct NamedKeyword;
  static const std::vector<NamedKeyword>& keywords();

  Verdict apply(const Json& schema, const Part& part, const SchemaScope& outer, Evaluated& evaluated);
  Verdict apply_keywords(Place& place);
  Verdict apply_to_member(const Json& rule, Place& place, const std::string& name, const Json& value);
  Verdict apply_to_item(const Json& rule, Place& place, std::size_t index);
  Verdict apply_target(const SchemaTarget& target, Place& place);
  Verdict assert_alone(const char* keyword, const Json& rule, Place& place);

  Verdict reference(const Json& rule, Place& place);
  Verdict dynamic_reference(const Json& rule, Place& place);
  Verdict recursive_reference(const Json& rule, Place& place);
  Verdict all_of(const Json& rule, Place& place);
  Verdict any_of(const Json& rule, Place& place);
  Verdict one_of(const Json& rule, Place& place);
  Verdict negation(const Json& rule, Place& place);
  Verdict condition(const Json& rule, Place& place);
  Verdict prefix_items(const Json& rule, Place& place);
  Verdict items(const Json& rule, Place& place);
  Verdict additional_items(const Json& rule, Place& place);
  Verdict items_from(const Json& rule, Place& place, std::size_t first);
  Verdict contains(const Json& rule, Place& place);
  Verdict unevaluated_items(const Json& rule, Place& place);
  Verdict properties(const Json& rule, Place& place);
  Verdict pattern_properties(const Json& rule, Place& place);
  Verdict additional_properties(const Json& rule, Place& place);
  Verdict property_names(const Json& rule, Place& place);
  Verdict dependencies(const Json& rule, Place& place);
  Verdict unevaluated_properties(const Json& rule, Place& place);
  Verdict pattern(const Json& rule, Place& place);
  Verdict format(const Json& rule, Place& place);

  Match find_pattern(const std::string& pattern, const std::string& text);
  Verdict fail(const Part& part, const std::string& what);
  Verdict leave(const std::string& what);
  Verdict leave_keyword(const char* keyword);
  void count(std::size_t steps = 1);

  struct Violation {
    std::string path;
    std::string what;
    bool of_type = false;
  };

  const Json& m_root;
  SchemaIndex m_index;
  EcmaPatterns m_patterns;
  std::vector<std::string> m_resources; // those entered: the dynamic scope
  Violation m_violation;
  std::vector<std::string> m_unchecked;
  std::size_t m_steps = 0;
  int m_depth = 0;
};

struct SchemaTooCostly {};

} // namespace chutes::service
