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

// `text` with these variables set: their values replaced wherever they stand (behind `export` and over
// several lines too), what is not there added at the end, all else byte for byte as it was. Throws
// Error{service} for a value that no env file holds without being misread (quotes, `$`, control characters).
[[nodiscard]] std::string with_variables(std::string_view text, const Variables& variables);

// What an env file sets.
struct EnvFile {
  std::map<std::string, Secret> variables; // of one that stands there twice, the last
  std::vector<std::size_t> strange_lines;  // no assignment, no comment and not empty; counted from 1
};

// Reads as dotenv does, which the SDK's framework uses: quotes are taken off, a '#' ends a value without
// them.
[[nodiscard]] EnvFile parse_env_file(std::string_view text);

} // namespace chutes::cli
