// Foreign text on an HTML page: between tags and inside quoted attributes it stays text.
#pragma once

#include <string>
#include <string_view>

namespace chutes {

// `text` with the five characters that mean something to HTML (& < > " ') written as references; all else
// passes byte for byte.
[[nodiscard]] std::string escape_html(std::string_view text);

} // namespace chutes
