// Where things are kept that can be asked for again at any time.
#pragma once

#include "platform/environment.hpp"

#include <optional>
#include <string>

namespace chutes::cli {

// $XDG_CACHE_HOME/chutes-login/NAME, else ~/.cache/chutes-login/NAME; absent where there is no home.
[[nodiscard]] std::optional<std::string> cache_file(const std::string& name, const Environment& environment);

} // namespace chutes::cli
