// What applying a JSON Schema may cost. Schemas come from strangers, and the library that applies them
// follows references in circles until the stack is used up, and tries patterns in more ways than there is
// time for.
#pragma once

#include "base/json_fields.hpp"

namespace chutes::service {

// Whether applying `schema` to `document` surely ends soon. It does not where references lead elsewhere or in
// circles (one that goes down into the document with each round is fine), where too many rules meet, or where
// a pattern could be matched in too many ways, or against a long text.
[[nodiscard]] bool is_affordable(const Json& document, const Json& schema);

} // namespace chutes::service
