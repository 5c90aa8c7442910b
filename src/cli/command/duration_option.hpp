// Durations as people type them: "90", "90s", "5m", "2h".
#pragma once

#include <chrono>
#include <string>

namespace chutes::cli {

// Throws Error{usage} naming `option` unless it is a whole number of seconds, minutes or hours between 0 and
// a day.
[[nodiscard]] std::chrono::seconds parse_duration(const std::string& text, const std::string& option);

} // namespace chutes::cli
