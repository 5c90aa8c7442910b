// Bounds the cost of validating against a JSON Schema. Schemas come from untrusted parties, and the validator
// overflows the stack on circular references and backtracks exponentially on some patterns.
#pragma once

#include "base/json_fields.hpp"

namespace chutes::service {

// Whether validating `document` against `schema` is certain to end soon. False if references leave the schema
// or are circular (a recursion that descends into the document is fine), if too many rules apply, or if a
// pattern can match in too many ways or is applied to a long text.
[[nodiscard]] bool is_affordable(const Json& document, const Json& schema);

} // namespace chutes::service
