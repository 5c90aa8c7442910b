// Bars and their like, on terminals that cannot show them.
#pragma once

#include "platform/environment.hpp"

#include <string>

namespace chutes::cli {

// Whether the terminal shows UTF-8: what LC_ALL, else LC_CTYPE, else LANG says; where none is set, it does.
[[nodiscard]] bool shows_utf8(const Environment& environment);

// `text` with block characters as '#' and '-' where the terminal does not show UTF-8; all else stays.
[[nodiscard]] std::string drawn(std::string text, const Environment& environment);

} // namespace chutes::cli
