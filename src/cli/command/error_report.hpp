// Reports a failed command: a message and a hint for people, or one JSON line for scripts.
#pragma once

#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <string>

namespace chutes::cli {

// Returns "PROGRAM: MESSAGE" and, if there is a hint, a second line "hint: HINT", without control characters.
[[nodiscard]] StyledText error_text(const std::string& program, const Error& error, bool colour);
// Returns {"error":{"kind":…,"message":…,"hint":…,"exit_code":…,"status":…,"request_id":…}} without the
// fields that are absent.
[[nodiscard]] std::string error_json(const Error& error);

} // namespace chutes::cli
