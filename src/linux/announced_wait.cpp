#include "linux/announced_wait.hpp"

#include <algorithm>

namespace chutes::on_linux {
namespace {

constexpr std::chrono::seconds silence{1};

} // namespace

bool NamedPeers::add(const std::string& peer) {
  const std::lock_guard guard{m_mutex};
  if (std::find(m_names.begin(), m_names.end(), peer) != m_names.end())
    return false;
  m_names.push_back(peer);
  return true;
}

bool AnnouncedWait::operator()(int fd, short events, SteadyInstant deadline) {
  const auto remark_at = std::chrono::steady_clock::now() + silence;
  if (m_over || deadline <= remark_at)
    return m_wait(fd, events, deadline);
  if (m_wait(fd, events, remark_at))
    return true;
  over();
  if (m_terminal != nullptr && m_named.add(m_peer))
    m_terminal->remark("Waiting for " + m_peer + "…");
  return m_wait(fd, events, deadline);
}

} // namespace chutes::on_linux
