// The options accepted before and after every command, as words.
#pragma once

#include "cli/command/context.hpp"
#include "cli/command/words.hpp"

namespace chutes::cli {

void declare_global(Words& words, GlobalOptions& options);

} // namespace chutes::cli
