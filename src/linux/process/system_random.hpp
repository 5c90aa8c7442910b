// The kernel's generator (getrandom(2)).
#pragma once

#include "platform/random.hpp"

namespace chutes::on_linux {

class SystemRandom final : public Random {
public:
  void fill(std::span<std::byte> bytes) override;
};

} // namespace chutes::on_linux
