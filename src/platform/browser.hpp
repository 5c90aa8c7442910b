// The user's browser: the external user-agent of RFC 8252 §5.
#pragma once

#include "base/url.hpp"

#include <string>

namespace chutes {

// Facts about the machine that environment variables do not show.
struct MachineFacts {
  bool windows_kernel = false; // Linux as a guest of Windows (WSL)
  bool container = false;
};

class Browser {
public:
  virtual ~Browser() = default;
  // Returns whether there is a browser to try; has no side effect.
  [[nodiscard]] virtual bool available() const = 0;
  [[nodiscard]] virtual MachineFacts machine() const = 0;
  // Starts the browser, detached, with its standard streams on /dev/null and no secret in its environment.
  // Returns false if it did not start or `url` is neither loopback nor https; print the address then. Never
  // waits longer than three seconds.
  [[nodiscard]] virtual bool open(const Url& url) = 0;
};

} // namespace chutes
