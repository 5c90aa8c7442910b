// Vectors for texts, in the forms that OpenAI's clients ask for.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>

namespace chutes::sandbox {

// Returns why the engine rejects the request, else nothing.
[[nodiscard]] std::optional<std::string> embeddings_refusal(const Json& request);

// Returns one vector for each input (a text, or the tokens of one): numbers, or with `encoding_format:
// "base64"` little-endian floats. It has 32 `dimensions` unless the request says otherwise; fewer are the
// beginning of more. Equal texts have equal vectors. `request` must have passed embeddings_refusal.
[[nodiscard]] Json embeddings(const Json& request, const std::string& model);

} // namespace chutes::sandbox
