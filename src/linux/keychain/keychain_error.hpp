// The ways a keychain fails, each with its message, a hint and the state it reports.
#pragma once

#include "platform/keychain.hpp"

namespace chutes::on_linux {

[[nodiscard]] KeychainError keychain_absent(const std::string& why);
[[nodiscard]] KeychainError keychain_unreachable(); // there is a session bus by name, which is not there
[[nodiscard]] KeychainError keychain_locked();
[[nodiscard]] KeychainError keychain_silent(); // no answer by the deadline
[[nodiscard]] KeychainError keychain_without_keyring();
[[nodiscard]] KeychainError keychain_failing(const std::string& why);

} // namespace chutes::on_linux
