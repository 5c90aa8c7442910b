#include "linux/net/tcp_connect.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <system_error>

namespace chutes::on_linux {
namespace {

constexpr std::chrono::milliseconds head_start{250}; // RFC 8305 §5, "Connection Attempt Delay"

std::string reason(int number) {
  switch (number) {
  case ECONNREFUSED:
    return "connection refused";
  case ETIMEDOUT:
    return "timed out";
  case ENETUNREACH:
    return "network unreachable";
  case EHOSTUNREACH:
    return "no route to host";
  default:
    return std::generic_category().message(number);
  }
}

// All attempts that are still open, behind the one descriptor that a wait can watch.
class Attempts {
public:
  Attempts() : m_epoll(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!m_epoll)
      throw Error{ErrorKind::internal, "the system has no file descriptor left for a connection"};
  }

  // The error number if it failed at once, otherwise 0: it goes on, or is connected already.
  int start(const SocketAddress& address) {
    FileDescriptor fd{::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd)
      return errno;
    const int yes = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    // EINTR leaves a non-blocking connect going on, like EINPROGRESS.
    if (::connect(fd.get(), address.get(), address.size) != 0 && errno != EINPROGRESS && errno != EINTR)
      return errno;
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.fd = fd.get();
    if (::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) != 0)
      return errno;
    m_open.push_back(std::move(fd));
    return 0;
  }

  [[nodiscard]] bool any() const { return !m_open.empty(); }
  [[nodiscard]] int wake_fd() const { return m_epoll.get(); }

  // The connected socket, if the attempt that has something to tell succeeded; otherwise it is dropped and
  // `failure` set.
  FileDescriptor next_outcome(int& failure) {
    epoll_event event{};
    if (::epoll_wait(m_epoll.get(), &event, 1, 0) != 1)
      return {};
    const auto found = std::find_if(m_open.begin(), m_open.end(),
                                    [&](const FileDescriptor& fd) { return fd.get() == event.data.fd; });
    FileDescriptor fd = std::move(*found);
    m_open.erase(found);
    ::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, fd.get(), nullptr);
    int number = 0;
    socklen_t size = sizeof number;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &number, &size);
    if (number == 0)
      return fd;
    failure = number;
    return {};
  }

private:
  FileDescriptor m_epoll;
  std::vector<FileDescriptor> m_open;
};

} // namespace

FileDescriptor tcp_connect(const std::vector<SocketAddress>& addresses, const std::string& name,
                           const Wait& wait, SteadyInstant deadline) {
  Attempts attempts;
  int failure = ETIMEDOUT;
  auto next = addresses.begin();
  while (true) {
    if (next != addresses.end())
      if (const int number = attempts.start(*next++); number != 0)
        failure = number;
    const bool last = next == addresses.end();
    if (!attempts.any() && !last)
      continue;
    if (!attempts.any())
      break;
    const auto now = std::chrono::steady_clock::now();
    const auto patience = last ? deadline : std::min(deadline, now + head_start);
    if (wait(attempts.wake_fd(), POLLIN, patience)) {
      if (auto connected = attempts.next_outcome(failure))
        return connected;
    } else if (patience == deadline) {
      failure = ETIMEDOUT;
      break;
    }
  }
  throw Error{ErrorKind::network, "could not reach " + name + ": " + reason(failure),
              "check the network connection, and the proxy if one is needed"};
}

} // namespace chutes::on_linux
