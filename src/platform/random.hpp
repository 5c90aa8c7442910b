// Random bytes for secrets.
#pragma once

#include <cstddef>
#include <span>

namespace chutes {

class Random {
public:
  virtual ~Random() = default;
  // Fills all of `bytes` from the system's cryptographic generator; throws Error{internal} if it cannot.
  virtual void fill(std::span<std::byte> bytes) = 0;
};

} // namespace chutes
