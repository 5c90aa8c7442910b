#include "linux/net/announced_wait.hpp"

#include <algorithm>

namespace chutes::on_linux {
namespace {

constexpr std::chrono::seconds silence{1};

} // namespace

bool RemarksMade::add(const std::string& remark) {
  const std::lock_guard guard{m_mutex};
  if (std::find(m_remarks.begin(), m_remarks.end(), remark) != m_remarks.end())
    return false;
  m_remarks.push_back(remark);
  return true;
}

bool AnnouncedWait::operator()(int fd, short events, SteadyInstant deadline) {
  const auto remark_at = std::chrono::steady_clock::now() + silence;
  if (m_over || deadline <= remark_at)
    return m_wait(fd, events, deadline);
  if (m_wait(fd, events, remark_at))
    return true;
  over();
  if (m_terminal == nullptr || !m_made.add(m_remark))
    return m_wait(fd, events, deadline);
  m_terminal->remark_meanwhile(m_remark);
  const bool came = m_wait(fd, events, deadline);
  m_terminal->progress("");
  return came;
}

} // namespace chutes::on_linux
