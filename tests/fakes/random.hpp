#pragma once

#include "platform/random.hpp"

namespace chutes::fakes {

// The bytes 0, 1, 2, … across all calls: never the same twice within 256 bytes, always the same in every run.
class CountingRandom final : public Random {
public:
  void fill(std::span<std::byte> bytes) override {
    for (auto& byte : bytes)
      byte = static_cast<std::byte>(m_next++);
  }

private:
  unsigned char m_next = 0;
};

} // namespace chutes::fakes
