// Builds a JSON body from options, as gh api does: -f name=value (text) and -F name=value (JSON, or the text
// of a file).
#pragma once

#include "base/json_fields.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

struct Field {
  std::string name;
  std::string value;
};

// Splits "name=value". Throws Error{usage}, naming `option` and showing `example`, if the text has another
// form or is not UTF-8.
[[nodiscard]] Field split_field(const std::string& word, const char* option,
                                const char* example = "prompt=hello");

// Returns the object of these fields, or null if there are none. `texts` are "name=value". `typed` are
// "name=JSON" (true, 12, {"a":1}, "text"; anything that is not JSON is text) or "name=@FILE" for the text of
// a file. A name such as "a.b" sets a member of an object, and "a[]" appends to an array. Throws Error{usage}
// for a field without '=', a file that cannot be read, and names that contradict each other.
[[nodiscard]] Json fields_body(const std::vector<std::string>& texts, const std::vector<std::string>& typed);

// Returns the object of the parameters, or null if there are none. `plain` (--param) are "name=value", where
// a number, true, false and null are JSON and anything else is text; `json` (--param-json) are "name=JSON" or
// "name=@FILE" for a file of JSON. Names are read as above. Throws Error{usage} as above, and for text that
// is not JSON.
[[nodiscard]] Json parameter_fields(const std::vector<std::string>& plain,
                                    const std::vector<std::string>& json);

} // namespace chutes::cli
