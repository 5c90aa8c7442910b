#include "linux/http/connection_pool.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <iterator>

namespace chutes::on_linux {
namespace {

constexpr std::chrono::seconds idle_age{
    15}; // shorter than servers keep theirs, so that a POST seldom meets a dead one
constexpr std::chrono::milliseconds watch{100}; // of the first connections: what closes does so by then
constexpr std::size_t idle_count = 256;         // as many as may be at work at once
constexpr std::size_t prepared_count = 8;

} // namespace

bool gave_up_waiting(const HttpResponse& head) {
  constexpr int request_timeout = 408;
  return head.status == request_timeout &&
         lower(head.header("Connection").value_or("")).find("close") != std::string::npos;
}

PooledConnection ConnectionPool::take(const Url& url, Repeatable repeatable, const Wait& wait,
                                      SteadyInstant deadline) {
  if (auto idle = take_idle(url.origin(), repeatable, wait))
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

void ConnectionPool::keep(const Url& url, std::unique_ptr<Connection> connection, bool says_so) {
  const auto now = std::chrono::steady_clock::now();
  const auto origin = url.origin();
  const std::lock_guard guard{m_mutex};
  auto& known = m_habits.try_emplace(origin, Habit{false, idle_age}).first->second;
  known.keeps = known.keeps || says_so || connection->exchanges() > 1;
  std::erase_if(m_idle, [&](const Idle& idle) { return now - idle.since > idle_age; });
  if (m_idle.size() >= idle_count)
    m_idle.erase(m_idle.begin());
  m_idle.push_back({origin, std::move(connection), now});
}

void ConnectionPool::met_closed(const Url& url) {
  found_closed(url.origin(), SteadyInstant::duration::zero());
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

std::unique_ptr<Connection> ConnectionPool::take_idle(const std::string& origin, Repeatable repeatable,
                                                      const Wait& wait) {
  while (auto idle = next_idle(origin)) {
    const auto known = habit(origin);
    const bool careful = repeatable == Repeatable::no;
    const auto least = SteadyInstant::duration{careful && !known.keeps ? watch : watch.zero()};
    const auto most = careful ? known.longest_idle : idle_age;
    if (least > most)
      continue;
    const bool silent = idle->connection->stays_silent(wait, idle->since + least);
    const auto age = std::chrono::steady_clock::now() - idle->since;
    if (!silent)
      found_closed(origin, age);
    else if (age <= most)
      return std::move(idle->connection);
  }
  return nullptr;
}

std::optional<ConnectionPool::Idle> ConnectionPool::next_idle(const std::string& origin) {
  const std::lock_guard guard{m_mutex};
  // The latest first: it is the least likely to have been closed.
  const auto found =
      std::find_if(m_idle.rbegin(), m_idle.rend(), [&](const Idle& idle) { return idle.origin == origin; });
  if (found == m_idle.rend())
    return std::nullopt;
  auto idle = std::move(*found);
  m_idle.erase(std::next(found).base());
  return idle;
}

ConnectionPool::Habit ConnectionPool::habit(const std::string& origin) {
  const std::lock_guard guard{m_mutex};
  return m_habits.at(origin);
}

void ConnectionPool::found_closed(const std::string& origin, SteadyInstant::duration after) {
  const std::lock_guard guard{m_mutex};
  auto& known = m_habits.at(origin);
  known.longest_idle = std::min(known.longest_idle, after / 2);
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
