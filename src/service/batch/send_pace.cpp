#include "service/batch/send_pace.hpp"

#include <algorithm>
#include <charconv>

namespace chutes::service {

std::optional<double> parse_rate(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  const double seconds = unit.empty() || unit == "/s" ? 1 : unit == "/m" ? 60 : unit == "/h" ? 3600 : 0;
  constexpr double slowest = 1.0 / 86400;
  constexpr double fastest = 100'000;
  if (error != std::errc{} || seconds == 0 || !(number / seconds >= slowest && number / seconds <= fastest))
    return std::nullopt;
  return number / seconds;
}

SendPace::SendPace(double per_second)
    : m_distance(std::chrono::duration_cast<SteadyInstant::duration>(
          std::chrono::duration<double>{1 / per_second})) {}

void SendPace::sent(SteadyInstant now) {
  if (m_distance.count() == 0)
    return;
  m_next = (m_next == SteadyInstant::min() ? now : std::max(m_next, now - m_distance)) + m_distance;
}

void ParallelLimit::succeeded() {
  if (m_now == m_most || ++m_successes < m_now)
    return;
  ++m_now;
  m_successes = 0;
}

void ParallelLimit::crowded(SteadyInstant sent_at, SteadyInstant now) {
  if (sent_at < m_halved_at)
    return;
  m_now = std::max<std::size_t>(m_now / 2, 1);
  m_successes = 0;
  m_halved_at = now;
}

} // namespace chutes::service
