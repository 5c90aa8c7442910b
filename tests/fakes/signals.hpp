#pragma once

#include "base/error.hpp"
#include "platform/signals.hpp"

#include <functional>
#include <vector>

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
  std::vector<SteadyInstant> pauses;                 // until when
  std::function<void(SteadyInstant until)> on_pause; // time passes
  void pause(SteadyInstant until) override {
    check();
    pauses.push_back(until);
    if (on_pause)
      on_pause(until);
    check();
  }
  const char* at_stake = nullptr; // as last held
  void hold(const char* what) noexcept override { ++held, ++holds, at_stake = what; }
  void release() noexcept override { --held; }
};

} // namespace chutes::fakes
