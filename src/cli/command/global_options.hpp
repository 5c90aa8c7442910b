// The options accepted before and after every command, as words.
#pragma once

#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"

namespace chutes::cli {

void declare_global(OptionDeclarer& declarer, GlobalOptions& options);

} // namespace chutes::cli
