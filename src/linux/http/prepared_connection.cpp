#include "linux/http/prepared_connection.hpp"

#include "base/error.hpp"
#include "linux/process/signal_watch.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>

namespace chutes::on_linux {
namespace {

constexpr std::chrono::milliseconds last_words{100}; // for the preparation to tell why it is not done

} // namespace

PreparedConnection::PreparedConnection(Connector& connector, Url url, std::chrono::milliseconds limit)
    : m_connector(connector),
      m_url(std::move(url)),
      m_done(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      m_cancelled(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!m_done || !m_cancelled)
    throw Error{ErrorKind::internal, "the system has no file descriptor left for a connection"};
  m_thread = std::thread{[this, deadline = std::chrono::steady_clock::now() + limit] { make(deadline); }};
}

PreparedConnection::~PreparedConnection() {
  ::eventfd_write(m_cancelled.get(), 1);
  m_thread.join();
}

bool PreparedConnection::is_spoiled(std::chrono::milliseconds age) {
  const std::lock_guard guard{m_mutex};
  return m_failure || (m_ready_since && std::chrono::steady_clock::now() - *m_ready_since > age);
}

std::unique_ptr<Connection> PreparedConnection::adopt(const Wait& wait, SteadyInstant deadline) {
  if (!wait(m_done.get(), POLLIN, deadline + last_words))
    throw Error{ErrorKind::network, "could not reach " + m_url.authority() + ": timed out",
                "check the network connection, and the proxy if one is needed"};
  const std::lock_guard guard{m_mutex};
  if (m_failure)
    std::rethrow_exception(m_failure);
  return std::move(m_connection);
}

void PreparedConnection::make(SteadyInstant deadline) noexcept {
  std::unique_ptr<Connection> connection;
  std::exception_ptr failure;
  try {
    const Wait wait = [this](int fd, short events, SteadyInstant until) {
      return wait_unless_cancelled(fd, events, until);
    };
    connection = m_connector.connect(m_url, wait, deadline);
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::lock_guard guard{m_mutex};
    m_connection = std::move(connection);
    m_failure = failure;
    m_ready_since = std::chrono::steady_clock::now();
  }
  ::eventfd_write(m_done.get(), 1);
}

bool PreparedConnection::wait_unless_cancelled(int fd, short events, SteadyInstant deadline) const {
  while (true) {
    std::array<pollfd, 2> waits{{{fd, events, 0}, {m_cancelled.get(), POLLIN, 0}}};
    const int ready = ::poll(waits.data(), waits.size(), poll_timeout(deadline));
    if (ready < 0 && errno != EINTR)
      throw Error{ErrorKind::internal, "waiting for the network failed"};
    if (ready > 0 && waits[1].revents != 0)
      throw Error{ErrorKind::internal, "the connection is not needed any more"};
    if (ready > 0 && waits[0].revents != 0)
      return true;
    if (ready == 0 && std::chrono::steady_clock::now() >= deadline)
      return false;
  }
}

} // namespace chutes::on_linux
