// Where this program keeps what it must not forget and what is no secret of the keychain's:
// $XDG_STATE_HOME/chutes-login, else ~/.local/state/chutes-login.
#pragma once

#include "platform/environment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// Absent: there is no such place (neither XDG_STATE_HOME nor HOME is set).
[[nodiscard]] std::optional<std::string> state_path(const std::string& name, const Environment& environment);

// Where a secret is put that could not go where it was to go, in the order they are tried.
[[nodiscard]] std::vector<std::string> rescue_paths(const std::string& name, const Environment& environment);

} // namespace chutes::cli
