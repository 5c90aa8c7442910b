#include "linux/connect_notice.hpp"

namespace chutes::on_linux {
namespace {

constexpr std::chrono::seconds silence{1};

} // namespace

Wait ConnectNotice::around(const Wait& wait, const std::string& peer) {
  if (m_terminal == nullptr)
    return wait;
  const auto patience = std::chrono::steady_clock::now() + silence;
  return [this, &wait, peer, patience](int fd, short events, SteadyInstant deadline) {
    if (deadline > patience) {
      if (wait(fd, events, patience))
        return true;
      say(peer);
    }
    return wait(fd, events, deadline);
  };
}

void ConnectNotice::say(const std::string& peer) {
  const std::lock_guard guard{m_mutex};
  if (m_said.insert(peer).second)
    m_terminal->remark("Connecting to " + peer + "…");
}

} // namespace chutes::on_linux
