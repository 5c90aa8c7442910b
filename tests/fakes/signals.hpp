#pragma once

#include "base/error.hpp"
#include "platform/signals.hpp"

namespace chutes::fakes {

class ScriptedSignals final : public Signals {
public:
  bool pending = false;
  int held = 0;
  int holds = 0; // how often they were held

  void check() override {
    if (pending && held == 0)
      throw Error{ErrorKind::interrupted, "interrupted"};
  }
  void hold() noexcept override { ++held, ++holds; }
  void release() noexcept override { --held; }
};

} // namespace chutes::fakes
