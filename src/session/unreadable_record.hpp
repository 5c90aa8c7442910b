// A stored record that is damaged or of a newer version. It has a type of its own because signing in and out
// may replace or remove it, which they may not when the keychain fails.
#pragma once

#include "base/error.hpp"

namespace chutes::session {

class UnreadableRecord : public Error {
public:
  UnreadableRecord(const std::string& message, const std::string& hint)
      : Error(ErrorKind::keychain, message, hint) {}
};

} // namespace chutes::session
