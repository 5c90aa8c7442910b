// The comparisons of the service's database, and the characters that its names may have.
#pragma once

#include <string_view>

namespace chutes::sandbox {

// SQL's ILIKE: ignores case; '%' in `pattern` stands for any text, '_' for any character, '\' for itself.
[[nodiscard]] bool is_like(std::string_view text, std::string_view pattern);
// Whether all of `name` is [\w\s\-.] as Python reads it: letters and digits of any script, underscore, white
// space, hyphen, period. Symbols such as emoji are none of these.
[[nodiscard]] bool has_name_characters(std::string_view name);
// `text` without white space at its ends.
[[nodiscard]] std::string_view stripped(std::string_view text);

} // namespace chutes::sandbox
