#include "linux/http/connection.hpp"

#include "base/time_text.hpp"

#include <array>
#include <poll.h>

namespace chutes::on_linux {
namespace {

std::string limit_text(std::chrono::milliseconds limit) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(limit);
  return whole == limit ? duration_text(whole) : std::to_string(limit.count()) + " milliseconds";
}

// Waits for what `step` needs; the deadline is the idle limit's.
void wait_for(const ByteStream& stream, Step step, const Wait& wait, SteadyInstant deadline,
              const std::string& silence) {
  const short events = step.result == StepResult::wants_write ? POLLOUT : POLLIN;
  if (!wait(stream.fd(), events, deadline))
    throw Error{ErrorKind::network, silence, "try again"};
}

} // namespace

std::size_t Connection::read(std::span<char> into, const Wait& wait, std::chrono::milliseconds idle_limit) {
  const auto deadline = std::chrono::steady_clock::now() + idle_limit;
  check(wait);
  while (true) {
    const Step step = m_stream->read_some(into);
    if (step.result == StepResult::moved) {
      m_bytes_read += step.count;
      return step.count;
    }
    m_lost = m_lost || step.result == StepResult::ended || step.result == StepResult::broken;
    if (step.result == StepResult::ended)
      return 0;
    if (step.result == StepResult::broken)
      throw failure_of_broken();
    wait_for(*m_stream, step, wait, deadline,
             m_peer + " stopped responding: no data for " + limit_text(idle_limit));
  }
}

Error Connection::failure_of_broken() const {
  if (const auto reason = m_stream->reason_for_ending(); !reason.empty())
    return {ErrorKind::network, m_peer + " ended the connection: it " + reason,
            "only the server's operator can fix this"};
  return {ErrorKind::network,
          m_bytes_read == 0 ? m_peer + " closed the connection without an answer"
                            : "the connection to " + m_peer + " was lost in the middle of the answer",
          "try again"};
}

void Connection::write(std::string_view bytes, const Wait& wait, std::chrono::milliseconds idle_limit) {
  auto deadline = std::chrono::steady_clock::now() + idle_limit;
  while (!bytes.empty()) {
    check(wait);
    const Step step = m_stream->write_some(bytes);
    if (step.result == StepResult::moved) {
      bytes.remove_prefix(step.count);
      m_bytes_written += step.count;
      deadline = std::chrono::steady_clock::now() + idle_limit;
    } else if (step.result == StepResult::ended || step.result == StepResult::broken) {
      m_lost = true;
      return;
    } else {
      wait_for(*m_stream, step, wait, deadline,
               m_peer + " stopped receiving: nothing could be sent for " + limit_text(idle_limit));
    }
  }
}

bool Connection::came_too_late(const Wait& wait) const {
  constexpr short end_of_both_directions = 0; // poll tells that unasked
  if (m_bytes_written == 0)
    return true;
  wait(m_stream->fd(), end_of_both_directions, std::chrono::steady_clock::now() + std::chrono::seconds{1});
  return m_stream->message_came_too_late();
}

bool Connection::is_stale() {
  std::array<char, 1> byte{};
  return m_stream->read_some(byte).result != StepResult::wants_read;
}

bool Connection::stays_silent(const Wait& wait, SteadyInstant until) {
  while (!is_stale()) // what makes TLS readable need not be for us
    if (std::chrono::steady_clock::now() >= until || !wait(m_stream->fd(), POLLIN, until))
      return !is_stale();
  return false;
}

} // namespace chutes::on_linux
