// Checks a document against a JSON Schema (draft 2020-12, and 7 where $schema says so): a request before it
// is sent to the service, which may charge for a refusal, and an answer that was asked for in a form.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

struct SchemaReport {
  // The first violation, as one line ("height: must be at least 1"); absent if there is none.
  std::optional<std::string> violation;
  // What could not be applied, each as a few words ("the pattern …"): a keyword with a value of the wrong
  // type, a reference to another document, a pattern that is none. The document may violate that, and no
  // more: a violation is one whatever these would say. Empty if all of the schema was applied.
  std::vector<std::string> unchecked;
};

// Formats are checked too. Foreign schemas are safe: the check ends soon, whatever the schema and the
// document.
[[nodiscard]] SchemaReport check_against_schema(const Json& document, const Json& schema);

} // namespace chutes::service
