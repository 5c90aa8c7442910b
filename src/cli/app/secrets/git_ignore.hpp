// Whether git would commit a file that holds a secret: for a warning, no more.
#pragma once

#include "platform/environment.hpp"
#include "platform/launcher.hpp"
#include "platform/user_secret_files.hpp"

#include <optional>
#include <string>

namespace chutes::cli {

// A warning and what to do about it.
struct CommitWarning {
  std::string message;
  std::string hint;
};

// Asks git (`git check-ignore`), for at most 3 seconds, whether it ignores the file at `path` (absolute, or
// relative to the working directory). Absent: it does, or the file lies in no git work tree. Warns, too, if
// git cannot be asked: it is not installed, or refuses to answer.
[[nodiscard]] std::optional<CommitWarning> commit_warning(const std::string& path, UserSecretFiles& files,
                                                          Launcher& launcher, const Environment& environment);

} // namespace chutes::cli
