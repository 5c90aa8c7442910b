// The ways a keychain fails, each with its message, a hint and the state it reports.
#pragma once

#include "platform/keychain.hpp"

#include <chrono>

namespace chutes::on_linux {

// What one call may take where no dialog is waited for.
inline constexpr std::chrono::seconds keychain_limit{3};

[[nodiscard]] KeychainError keychain_absent(const std::string& why);
[[nodiscard]] KeychainError keychain_unreachable(); // there is a session bus by name, which is not there
[[nodiscard]] KeychainError keychain_locked();
[[nodiscard]] KeychainError keychain_asks();      // for each access, and no dialog may be shown
[[nodiscard]] KeychainError keychain_dismissed(); // its dialog was closed without what was asked
[[nodiscard]] KeychainError keychain_unanswered(std::chrono::seconds limit); // its dialog is still open
[[nodiscard]] KeychainError keychain_silent(std::chrono::seconds limit);     // no answer by the deadline
[[nodiscard]] KeychainError keychain_without_keyring();
[[nodiscard]] KeychainError keychain_failing(const std::string& why);

} // namespace chutes::on_linux
