// Directories on the way to a file.
#pragma once

#include <string>

namespace chutes::on_linux {

struct DirectoryFailure {
  int reason = 0; // an errno; 0: none
  std::string path;
};

// Creates the directory and its missing parents, with mode 0700; those that exist stay as they are. Returns
// the first that is missing and cannot be created.
[[nodiscard]] DirectoryFailure make_directories(const std::string& path);

} // namespace chutes::on_linux
