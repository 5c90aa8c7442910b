// How a request waits in front of a person: whoever is silent for a second is named.
#pragma once

#include "linux/wait.hpp"
#include "platform/terminal.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace chutes::on_linux {

// Whom a client has named already: each is named once in its life. From any thread.
class NamedPeers {
public:
  // Whether `peer` has not been named before; it has now.
  [[nodiscard]] bool add(const std::string& peer);

private:
  std::mutex m_mutex;
  std::vector<std::string> m_names;
};

// One request's waits. Everything given must outlive it; without a terminal (null) nothing is said.
class AnnouncedWait {
public:
  AnnouncedWait(const Wait& wait, std::string peer, NamedPeers& named, Terminal* terminal)
      : m_wait(wait), m_peer(std::move(peer)), m_named(named), m_terminal(terminal) {}

  // As `wait`; when it has waited for a second it says so.
  bool operator()(int fd, short events, SteadyInstant deadline);
  // The answer has begun: nothing is said any more.
  void over() noexcept { m_over = true; }

private:
  const Wait& m_wait;
  std::string m_peer;
  NamedPeers& m_named;
  Terminal* m_terminal;
  bool m_over = false;
};

} // namespace chutes::on_linux
