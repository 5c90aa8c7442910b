#include "service/chat/schema_cost.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::service {
namespace {

constexpr int most_rules = 20000;            // applied to one document
constexpr int deepest = 100;                 // nested rules
constexpr int longest_chain = 20;            // references to references
constexpr std::size_t longest_text = 256;    // bytes, where patterns are
constexpr std::size_t longest_pattern = 200; // bytes

// Keywords whose rules apply to the parts of a value.
constexpr std::array<std::string_view, 7> descending{
    "properties",      "patternProperties", "additionalProperties", "items",
    "additionalItems", "contains",          "propertyNames"};

bool is_reference(const Json& schema) {
  return string_field(schema, "$ref").has_value();
}

// Resolves a reference within `root`; null if it leaves the schema or has no target.
const Json* referenced(const Json& root, const Json& schema) {
  const auto text = string_field(schema, "$ref").value_or("");
  if (!text.starts_with('#') || text.ends_with('/') || text.find_first_of("%#", 1) != std::string::npos)
    return nullptr;
  try {
    return &root.at(Json::json_pointer{text.substr(1)});
  } catch (const Json::exception&) {
    return nullptr;
  }
}

// Whether each reference in `part` of `root` ends at a rule.
bool references_end(const Json& root, const Json& part) {
  const Json* target = &part;
  for (int i = 0; target != nullptr && is_reference(*target); ++i)
    target = i < longest_chain ? referenced(root, *target) : nullptr;
  return target != nullptr && std::all_of(part.begin(), part.end(), [&](const Json& inner) {
           return !inner.is_structured() || references_end(root, inner);
         });
}

int depth_of(const Json& document) {
  int depth = 0;
  if (document.is_structured())
    for (const auto& part : document)
      depth = std::max(depth, 1 + depth_of(part));
  return depth;
}

// Counts the rules that apply to a document of depth `levels`.
class RuleCounter {
public:
  explicit RuleCounter(const Json& root) : m_root(root) {}

  bool are_few(const Json& schema, int levels, int depth = 0) {
    if (++m_count > most_rules || depth > deepest)
      return false;
    if (is_reference(schema)) {
      const Json* target = referenced(m_root, schema);
      return target != nullptr && are_few(*target, levels, depth + 1);
    }
    if (!schema.is_object())
      return !schema.is_array() || each_few(schema, levels, depth);
    const auto items = schema.items();
    return std::all_of(items.begin(), items.end(), [&](const auto& item) {
      const bool descends = std::find(descending.begin(), descending.end(), item.key()) != descending.end();
      return keyword_few(item.key(), item.value(), descends ? levels - 1 : levels, depth);
    });
  }

private:
  bool keyword_few(const std::string& keyword, const Json& value, int levels, int depth) {
    if (levels < 0 || !value.is_structured() || keyword == "$defs" || keyword == "definitions")
      return true;
    const bool by_name =
        keyword == "properties" || keyword == "patternProperties" || keyword == "dependencies";
    return by_name ? each_few(value, levels, depth) : are_few(value, levels, depth + 1);
  }
  bool each_few(const Json& schemas, int levels, int depth) {
    return std::all_of(schemas.begin(), schemas.end(), [&](const Json& schema) {
      return !schema.is_structured() || are_few(schema, levels, depth + 1);
    });
  }

  const Json& m_root;
  int m_count = 0;
};

// Whether `pattern` matches without much backtracking: each alternative multiplies the attempts, a repetition
// by the length of the text, the repetition of a group without limit.
bool is_cheap(std::string_view pattern) {
  constexpr int most = 16;
  constexpr int repetition = 8;
  int choices = 0;
  char before = '\0';
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '\\') {
      ++i;
      if (i < pattern.size() && pattern[i] >= '1' && pattern[i] <= '9')
        return false; // a back-reference
      c = '\\';
    } else if (std::string_view{"*+{?"}.find(c) != std::string_view::npos) {
      if (before == ')')
        return false;
      if (before != '(')
        choices += c == '?' ? 1 : repetition;
    } else if (c == '|') {
      ++choices;
    }
    before = c;
  }
  return choices <= most && pattern.size() <= longest_pattern;
}

struct Patterns {
  bool any = false;
  bool cheap = true;
};

void inspect(const std::string& pattern, Patterns& patterns) {
  patterns.any = true;
  patterns.cheap = patterns.cheap && is_cheap(pattern);
}

void find_patterns(const Json& schema, Patterns& patterns) {
  if (const auto pattern = string_field(schema, "pattern"))
    inspect(*pattern, patterns);
  if (const auto format = string_field(schema, "format"); format && format->find_first_of("dt") == 0)
    patterns.any = true; // date, time and date-time are matched by pattern
  if (const Json* named = find_field(schema, "patternProperties"); named != nullptr && named->is_object())
    for (const auto& item : named->items())
      inspect(item.key(), patterns);
  if (schema.is_structured())
    for (const auto& part : schema)
      find_patterns(part, patterns);
}

bool has_long_text(const Json& document) {
  if (document.is_string())
    return document.get_ref<const std::string&>().size() > longest_text;
  if (!document.is_structured())
    return false;
  const auto items = document.items();
  return std::any_of(items.begin(), items.end(), [&](const auto& item) {
    return (document.is_object() && item.key().size() > longest_text) || has_long_text(item.value());
  });
}

} // namespace

bool is_affordable(const Json& document, const Json& schema) {
  if (!references_end(schema, schema) || !RuleCounter{schema}.are_few(schema, depth_of(document)))
    return false;
  Patterns patterns;
  find_patterns(schema, patterns);
  return patterns.cheap && !(patterns.any && has_long_text(document));
}

} // namespace chutes::service
