// Texts for regular expressions, as the `pattern` of a JSON Schema is one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chutes::sandbox {

// Returns a text of at least `fewest` characters that matches `pattern` (ECMA-262), or nothing for a pattern
// that is malformed, allows no such length, or uses lookarounds or back-references.
[[nodiscard]] std::optional<std::string> example_of_pattern(std::string_view pattern, std::size_t fewest);

} // namespace chutes::sandbox
