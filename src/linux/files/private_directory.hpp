// Directories that only this user can look into: opened once, checked on what was opened, then used through
// the descriptor, so that nothing can be put in their place meanwhile.
#pragma once

#include "base/error.hpp"
#include "linux/process/file_descriptor.hpp"

#include <string>

namespace chutes::on_linux {

// "a/b" is b in a; a path without a slash lies in ".".
[[nodiscard]] std::string directory_of(const std::string& path);
[[nodiscard]] std::string name_of(const std::string& path);

// None: there is no such directory. Throws Error{file} if it is a symbolic link, no directory, another
// user's, or open to group or others.
[[nodiscard]] FileDescriptor open_private_directory(const std::string& path);
// Creates it and its missing parents with 0700 first.
[[nodiscard]] FileDescriptor make_private_directory(const std::string& path);

// "cannot DOING PATH: REASON", where `reason` is an errno, as Error{file}.
[[nodiscard]] Error file_failure(const std::string& doing, const std::string& path, int reason,
                                 std::string hint);

} // namespace chutes::on_linux
