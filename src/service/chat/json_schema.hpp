// Checking a document against a JSON Schema, before the service is paid for refusing it.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>

namespace chutes::service {

// The first rule that `document` breaks, as one line ("height: …"); absent if it breaks none. A schema that
// cannot be read, or asks for more than this program knows, or for too much work (service/schema_cost),
// forbids nothing: the service has the last word.
[[nodiscard]] std::optional<std::string> schema_violation(const Json& document, const Json& schema);

// Whether `document` can be checked here, so that "no violation" means that it fits.
[[nodiscard]] bool is_checkable(const Json& document, const Json& schema);

} // namespace chutes::service
