// The last words of a command that failed: a sentence and a hint for people, or one JSON line for scripts.
#pragma once

#include "base/error.hpp"

#include <string>

namespace chutes::cli {

// "PROGRAM: MESSAGE" and, where there is one, a second line "hint: HINT". Foreign characters are already
// neutral.
[[nodiscard]] std::string error_text(const std::string& program, const Error& error, bool colour);
// {"error":{"kind":…,"message":…,"hint":…,"exit_code":…,"status":…,"request_id":…}}, absent facts left out.
[[nodiscard]] std::string error_json(const Error& error);

} // namespace chutes::cli
