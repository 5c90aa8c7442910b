// Values for JSON Schemas: what a model answers that has to follow one.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>

namespace chutes::sandbox {

// Returns a value that matches `schema`, with `text` for its free strings, or nothing if no such value is
// found. Knows what OpenAI's strict mode accepts ($ref, $defs and recursion, anyOf, const, enum, lists of
// types, the bounds of numbers, strings and lists, formats and simple patterns), and allOf, oneOf and
// prefixItems besides.
[[nodiscard]] std::optional<Json> example_of_schema(const Json& schema, const std::string& text);

} // namespace chutes::sandbox
