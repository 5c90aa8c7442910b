// Checks a document against a JSON Schema before it is sent to the service, which may charge for a refusal.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>

namespace chutes::service {

// Returns the first violation of the schema, as one line ("height: …"); absent if there is none. A schema
// that is invalid, uses unsupported keywords or takes too long to check (see schema_cost.hpp) gives no
// violation: the service decides.
[[nodiscard]] std::optional<std::string> schema_violation(const Json& document, const Json& schema);

// Whether `document` can be checked here, so that the absence of a violation means that it is valid.
[[nodiscard]] bool is_checkable(const Json& document, const Json& schema);

} // namespace chutes::service
