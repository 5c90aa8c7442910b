// The text of an env file, as dotenv and the shell read it (".env.local").
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chutes::cli {

using Variables = std::vector<std::pair<std::string, std::string>>; // name and value

// `text` with these variables set: their values replaced wherever they stand (behind `export` and over
// several lines too), what is not there added at the end, all else byte for byte as it was. Throws
// Error{service} for a value that no env file holds without being misread (quotes, `$`, control characters).
[[nodiscard]] std::string with_variables(std::string_view text, const Variables& variables);

} // namespace chutes::cli
