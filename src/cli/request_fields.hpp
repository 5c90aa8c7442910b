// A JSON body made of words, as in gh api: -f name=value (text) and -F name=value (JSON, or a file's text).
#pragma once

#include "base/json_fields.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// The object of these fields, or null if there are none. `texts` are "name=value". `typed` are "name=JSON"
// (true, 12, {"a":1}, "text"; what is no JSON is text) or "name=@FILE", whose content is the text. A name
// "a.b" or "a[]" reaches into an object or appends to an array. Throws Error{usage} for a field without '=',
// a file that cannot be read, or names that contradict each other.
[[nodiscard]] Json fields_body(const std::vector<std::string>& texts, const std::vector<std::string>& typed);

} // namespace chutes::cli
