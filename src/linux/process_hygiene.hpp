// What a process that handles secrets does first: no core dump, no attaching, no files for others to read.
#pragma once

#include "platform/environment.hpp"

#include <sys/types.h>

namespace chutes::on_linux {

// No core dumps, not attachable by other programs of the user, files 0600, standard streams open.
void harden_process();

// The file mode mask from before `harden_process`: what programs we start for the user should have.
[[nodiscard]] mode_t usual_umask();

// The variables as they are now.
[[nodiscard]] Environment read_environment();

} // namespace chutes::on_linux
