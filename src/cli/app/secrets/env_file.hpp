// The text of an env file, as dotenv and the shell read it (".env.local").
#pragma once

#include "base/secret.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chutes::cli {

using Variables = std::vector<std::pair<std::string, std::string>>; // name and value

// Returns `text` with these variables set: replaces each value wherever it is assigned (also after `export`,
// and over several lines), adds missing variables at the end, and keeps everything else byte for byte. Throws
// Error{service} for a value that readers of env files would misread (quotes, `$`, control characters), and
// Error{usage} naming `file` if the result, read back, would not set these variables or would change others.
[[nodiscard]] std::string with_variables(std::string_view text, const Variables& variables,
                                         const std::string& file = "the env file");

// What an env file sets.
struct EnvFile {
  std::map<std::string, Secret> variables; // the last value of one that is set twice
  std::vector<std::size_t> invalid_lines;  // neither assignment nor comment nor empty; the first line is 1
};

// Reads as dotenv (16) does, which the SDK's framework uses, to the letter: quotes that only a comment
// follows are removed and may span lines; a '#' ends any other value; "NAME: value" assigns, too.
[[nodiscard]] EnvFile parse_env_file(std::string_view text);

} // namespace chutes::cli
