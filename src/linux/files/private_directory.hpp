// Directories that only this user can access: opened once, checked, then used through the descriptor, so that
// they cannot be exchanged meanwhile.
#pragma once

#include "base/error.hpp"
#include "linux/process/file_descriptor.hpp"
#include "platform/environment.hpp"

#include <string>

namespace chutes::on_linux {

// "a/b" is b in a; a path without a slash is in ".".
[[nodiscard]] std::string directory_of(const std::string& path);
[[nodiscard]] std::string name_of(const std::string& path);

// Opens the directory; an empty descriptor if it does not exist. Throws Error{file} if it is a symbolic link,
// not a directory, another user's, or accessible to group or others. `environment` tells which variable to
// set for another place.
[[nodiscard]] FileDescriptor open_private_directory(const std::string& path, const Environment& environment);
// The same, after creating it and its missing parents with mode 0700.
[[nodiscard]] FileDescriptor make_private_directory(const std::string& path, const Environment& environment);
// Creates the directory and its missing parents with mode 0700; what exists stays as it is. Throws
// Error{file}.
void make_directories(const std::string& path, const Environment& environment);

// Returns Error{file} with "cannot DOING PATH: REASON", where `reason` is an errno.
[[nodiscard]] Error file_failure(const std::string& doing, const std::string& path, int reason,
                                 std::string hint);

} // namespace chutes::on_linux
