// The whole program above the platform: words in, an exit code out. The only place that catches errors and
// reports them.
#pragma once

#include "platform/platform.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// `arguments` as main got them, the program's name first. Never throws; returns one of the documented exit
// codes.
[[nodiscard]] int run(const std::vector<std::string>& arguments, Platform& platform) noexcept;

} // namespace chutes::cli
