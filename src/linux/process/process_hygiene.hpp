// What a process that handles secrets does first: no core dump, no attaching, no files for others to read.
#pragma once

#include "platform/environment.hpp"

#include <sys/types.h>

namespace chutes::on_linux {

// No core dumps, not attachable by other programs of the user, files 0600, broken pipes as errors, standard
// streams open.
void harden_process();

// Limits, file mode mask and SIGPIPE as they were before `harden_process`, for a program that takes this
// one's place. Whether it can be dumped and attached to is settled by execve(2) itself.
void give_back_process_settings();

// The file mode mask from before `harden_process`: what programs we start for the user should have.
[[nodiscard]] mode_t usual_umask();

// The variables as they are now. Those that hold our secrets are overwritten where they were, so that
// getenv(3) and /proc/PID/environ no longer show them.
[[nodiscard]] Environment read_environment();

} // namespace chutes::on_linux
