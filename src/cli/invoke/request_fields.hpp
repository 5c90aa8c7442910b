// A JSON body made of words, as in gh api: -f name=value (text) and -F name=value (JSON, or a file's text).
#pragma once

#include "base/json_fields.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

struct Field {
  std::string name;
  std::string value;
};

// "name=value" taken apart. Throws Error{usage} naming `option`, with `example`, if it is not that or not
// UTF-8.
[[nodiscard]] Field split_field(const std::string& word, const char* option,
                                const char* example = "prompt=hello");

// The object of these fields, or null if there are none. `texts` are "name=value". `typed` are "name=JSON"
// (true, 12, {"a":1}, "text"; what is no JSON is text) or "name=@FILE", whose content is the text. A name
// "a.b" or "a[]" reaches into an object or appends to an array. Throws Error{usage} for a field without '=',
// a file that cannot be read, or names that contradict each other.
[[nodiscard]] Json fields_body(const std::vector<std::string>& texts, const std::vector<std::string>& typed);

// The object of the words of --param, "name=value" where a number, true, false and null are JSON and all else
// is text, and of --param-json, "name=JSON" or "name=@FILE", whose content is JSON. Names reach as above;
// null if there are none. Throws Error{usage} likewise, and for what should be JSON and is not.
[[nodiscard]] Json parameter_fields(const std::vector<std::string>& plain,
                                    const std::vector<std::string>& json);

} // namespace chutes::cli
