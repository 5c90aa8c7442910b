// Where the references of a JSON Schema lead (draft 2020-12, core §8.2): by $id, $anchor and JSON pointer,
// within the document. Nothing is fetched.
#pragma once

#include "base/json_fields.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace chutes::service {

struct SchemaScope {
  std::string base;    // the URI that references are relative to; empty if no $id sets one
  bool legacy = false; // draft 7 or older, by $schema: $ref stands alone
};

struct SchemaTarget {
  const Json* schema = nullptr; // lives as long as the document
  SchemaScope scope;            // in which it stands; its own $id is not in it
  std::string dynamic_anchor;   // its name, if the reference went to a $dynamicAnchor
};

class SchemaIndex {
public:
  explicit SchemaIndex(const Json& document);

  // The scope inside `schema`, which stands in `outer`.
  [[nodiscard]] static SchemaScope scope_in(const Json& schema, const SchemaScope& outer);
  // Absent if the reference leaves the document or has no target there.
  [[nodiscard]] std::optional<SchemaTarget> find(const std::string& reference,
                                                 const SchemaScope& scope) const;
  // The schema with this $dynamicAnchor in the resource `base`; absent if it has none.
  [[nodiscard]] std::optional<SchemaTarget> find_dynamic(const std::string& anchor,
                                                         const std::string& base) const;

private:
  void add(const Json& schema, const SchemaScope& outer);
  void add_names(const Json& schema, const SchemaScope& outer, const SchemaScope& inner);
  void add_children(const Json& schema, const SchemaScope& inner);

  std::map<std::string, SchemaTarget> m_resources; // by URI
  std::map<std::string, SchemaTarget> m_anchors;   // by URI with fragment
};

// Resolves a reference against a base URI (RFC 3986 §5.2), both without a fragment of their own.
[[nodiscard]] std::string resolved_uri(const std::string& reference, const std::string& base);

} // namespace chutes::service
