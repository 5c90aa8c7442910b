// What the user hears while a connection takes long.
#pragma once

#include "linux/wait.hpp"
#include "platform/terminal.hpp"

#include <mutex>
#include <set>
#include <string>

namespace chutes::on_linux {

class ConnectNotice {
public:
  // Says nothing without a terminal.
  explicit ConnectNotice(Terminal* terminal) : m_terminal(terminal) {}

  // `wait`, which must live longer, and which remarks after a second that `peer` is being connected to: once
  // for each. From any thread.
  [[nodiscard]] Wait around(const Wait& wait, const std::string& peer);

private:
  void say(const std::string& peer);

  Terminal* m_terminal;
  std::mutex m_mutex;
  std::set<std::string> m_said;
};

} // namespace chutes::on_linux
