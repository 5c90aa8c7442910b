#include "linux/http/connection_pool.hpp"

#include <algorithm>
#include <iterator>

namespace chutes::on_linux {
namespace {

constexpr std::chrono::seconds idle_age{
    15}; // shorter than servers keep theirs, so that a POST seldom meets a dead one
constexpr std::size_t idle_count = 256; // as many as may be at work at once
constexpr std::size_t prepared_count = 8;

} // namespace

PooledConnection ConnectionPool::take(const Url& url, const Wait& wait, SteadyInstant deadline) {
  if (auto idle = take_idle(url.origin()))
    return {std::move(idle), false};
  if (auto prepared = take_prepared(url.origin()); prepared && !prepared->is_spoiled(idle_age)) {
    auto connection = prepared->adopt(wait, deadline);
    if (!connection->is_stale())
      return {std::move(connection), false};
  }
  return take_new(url, wait, deadline);
}

PooledConnection ConnectionPool::take_new(const Url& url, const Wait& wait, SteadyInstant deadline) {
  return {m_connector.connect(url, wait, deadline), true};
}

void ConnectionPool::keep(const Url& url, std::unique_ptr<Connection> connection) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard guard{m_mutex};
  std::erase_if(m_idle, [&](const Idle& idle) { return now - idle.since > idle_age; });
  if (m_idle.size() >= idle_count)
    m_idle.erase(m_idle.begin());
  m_idle.push_back({url.origin(), std::move(connection), now});
}

void ConnectionPool::prepare(const Url& url, std::chrono::milliseconds limit) {
  std::vector<std::unique_ptr<PreparedConnection>> spoiled; // go away outside the lock
  const std::lock_guard guard{m_mutex};
  const auto origin = url.origin();
  const bool kept = std::any_of(m_idle.begin(), m_idle.end(), [&](const Idle& idle) {
    return idle.origin == origin && !idle.connection->is_stale();
  });
  const auto good_end = std::partition(m_prepared.begin(), m_prepared.end(),
                                       [](const auto& each) { return !each->is_spoiled(idle_age); });
  spoiled.assign(std::make_move_iterator(good_end), std::make_move_iterator(m_prepared.end()));
  m_prepared.erase(good_end, m_prepared.end());
  const bool prepared = std::any_of(m_prepared.begin(), m_prepared.end(),
                                    [&](const auto& each) { return each->url().origin() == origin; });
  if (!kept && !prepared && m_prepared.size() < prepared_count)
    m_prepared.push_back(std::make_unique<PreparedConnection>(m_connector, url, limit));
}

std::unique_ptr<Connection> ConnectionPool::take_idle(const std::string& origin) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard guard{m_mutex};
  while (true) {
    // The latest first: it is the least likely to have been closed.
    const auto found =
        std::find_if(m_idle.rbegin(), m_idle.rend(), [&](const Idle& idle) { return idle.origin == origin; });
    if (found == m_idle.rend())
      return nullptr;
    auto connection = std::move(found->connection);
    const bool usable = now - found->since <= idle_age && !connection->is_stale();
    m_idle.erase(std::next(found).base());
    if (usable)
      return connection;
  }
}

std::unique_ptr<PreparedConnection> ConnectionPool::take_prepared(const std::string& origin) {
  const std::lock_guard guard{m_mutex};
  const auto found = std::find_if(m_prepared.begin(), m_prepared.end(),
                                  [&](const auto& each) { return each->url().origin() == origin; });
  if (found == m_prepared.end())
    return nullptr;
  auto prepared = std::move(*found);
  m_prepared.erase(found);
  return prepared;
}

} // namespace chutes::on_linux
