// Block characters on terminals that cannot show them.
#pragma once

#include "platform/environment.hpp"

#include <string>

namespace chutes::cli {

// Returns whether the terminal shows UTF-8: as LC_ALL, else LC_CTYPE, else LANG says; true if none is set.
[[nodiscard]] bool shows_utf8(const Environment& environment);

// Returns `text` with '#' and '-' for block characters if the terminal does not show UTF-8, else unchanged.
[[nodiscard]] std::string drawn(std::string text, const Environment& environment);

} // namespace chutes::cli
