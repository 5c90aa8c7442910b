#pragma once

#include "platform/browser.hpp"

#include <functional>
#include <vector>

namespace chutes::fakes {

class ScriptedBrowser final : public Browser {
public:
  bool there = true;
  bool starts = true;
  std::vector<Url> opened;
  std::function<void(const Url&)> on_open; // what the user does next

  MachineFacts facts;
  [[nodiscard]] MachineFacts machine() const override { return facts; }
  [[nodiscard]] bool available() const override { return there; }
  [[nodiscard]] bool open(const Url& url) override {
    opened.push_back(url);
    if (starts && on_open)
      on_open(url);
    return starts;
  }
};

} // namespace chutes::fakes
