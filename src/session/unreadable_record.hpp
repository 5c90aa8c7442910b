// What was stored and cannot be read back: damaged, or of a newer version. Told from a keychain that fails,
// because signing in and out may still replace and remove it.
#pragma once

#include "base/error.hpp"

namespace chutes::session {

class UnreadableRecord : public Error {
public:
  UnreadableRecord(const std::string& message, const std::string& hint)
      : Error(ErrorKind::keychain, message, hint) {}
};

} // namespace chutes::session
