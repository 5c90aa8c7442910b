// The user's browser: the external user-agent of RFC 8252 §5.
#pragma once

#include "base/url.hpp"

#include <string>

namespace chutes {

// What cannot be told from the environment of a process.
struct MachineFacts {
  bool windows_kernel = false; // Linux as a guest of Windows (WSL)
  bool container = false;
};

class Browser {
public:
  virtual ~Browser() = default;
  // Whether there is one to try at all (no side effect).
  [[nodiscard]] virtual bool available() const = 0;
  [[nodiscard]] virtual MachineFacts machine() const = 0;
  // Starts it, detached, with its standard streams on /dev/null and no secret in its environment. False: it
  // would not start, and the address should be printed instead. Never waits longer than three seconds. Only
  // loopback or https URLs.
  [[nodiscard]] virtual bool open(const Url& url) = 0;
};

} // namespace chutes
