// Whether git would leave a file out of commits, by the rules of .gitignore files: for a warning, no more.
#pragma once

#include "platform/user_secret_files.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::cli {

// What one .gitignore says of a file below its folder (`path` relative to it, with '/'): ignored, explicitly
// not, or nothing. The last pattern that matches decides.
[[nodiscard]] std::optional<bool> ignored_by(std::string_view gitignore, std::string_view path);

// Whether the file lies in a git work tree and none of that tree's .gitignore files leaves it out. `path` is
// absolute.
[[nodiscard]] bool would_be_committed(const std::string& path, UserSecretFiles& files);

} // namespace chutes::cli
