// The ways a keychain fails, each with its message, a hint and the state it reports.
#pragma once

#include "base/error.hpp"
#include "platform/keychain.hpp"

namespace chutes::on_linux {

class KeychainError : public Error {
public:
  KeychainError(KeychainState state, const std::string& message, const std::string& hint)
      : Error(ErrorKind::keychain, message, hint), m_state(state) {}
  [[nodiscard]] KeychainState state() const { return m_state; }

private:
  KeychainState m_state;
};

[[nodiscard]] KeychainError keychain_absent(const std::string& why);
[[nodiscard]] KeychainError keychain_locked();
[[nodiscard]] KeychainError keychain_silent(); // no answer by the deadline
[[nodiscard]] KeychainError keychain_without_keyring();
[[nodiscard]] KeychainError keychain_failing(const std::string& why);

} // namespace chutes::on_linux
