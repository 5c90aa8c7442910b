#include "linux/loopback/loopback_sockets.hpp"

#include "base/error.hpp"
#include "linux/loopback/loopback_binding.hpp"
#include "linux/loopback/port_owner.hpp"
#include "linux/process/file_descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <list>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace chutes::on_linux {
namespace {

constexpr std::size_t most_visitors = 64;
constexpr std::size_t longest_head = 8192; // bytes; one more and the visit is hopeless
constexpr std::chrono::seconds longest_silence{5};
constexpr std::chrono::seconds longest_answer{1};
constexpr std::chrono::milliseconds longest_farewell{100};
constexpr std::size_t most_accepted_at_once = 16; // so that everybody is heard before the next crowd comes in

class SocketVisit final : public LoopbackVisit {
public:
  SocketVisit(FileDescriptor socket, std::string head)
      : m_socket(std::move(socket)), m_head(std::move(head)) {}
  [[nodiscard]] const std::string& head() const override { return m_head; }
  void answer(std::string_view response) noexcept override;

private:
  void part() noexcept;

  FileDescriptor m_socket;
  std::string m_head;
};

// Signals are not watched here: an answer takes a second at most and must not be cut in half.
void SocketVisit::answer(std::string_view response) noexcept {
  const auto deadline = std::chrono::steady_clock::now() + longest_answer;
  while (!response.empty()) {
    const auto sent = ::send(m_socket.get(), response.data(), response.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      response.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    pollfd wait{m_socket.get(), POLLOUT, 0};
    if ((sent < 0 && errno != EAGAIN && errno != EINTR) || ::poll(&wait, 1, poll_timeout(deadline)) == 0)
      break;
  }
  part();
}

// Closes so that the answer arrives: bytes left unread would make the kernel reset the connection and take
// the answer back. Only a visitor who is still talking costs time here.
void SocketVisit::part() noexcept {
  const auto deadline = std::chrono::steady_clock::now() + longest_farewell;
  ::shutdown(m_socket.get(), SHUT_WR);
  std::array<char, 4096> unread;
  bool talking = false;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto got = ::recv(m_socket.get(), unread.data(), unread.size(), MSG_DONTWAIT);
    talking = talking || got > 0;
    pollfd wait{m_socket.get(), POLLIN, 0};
    if (got == 0 ||
        (got < 0 && (errno != EAGAIN || !talking || ::poll(&wait, 1, poll_timeout(deadline)) <= 0)))
      break;
  }
  m_socket.close();
}

struct Visitor {
  FileDescriptor socket;
  std::string head;
  SteadyInstant last_heard;
};

class SocketListener final : public LoopbackListener {
public:
  SocketListener(std::vector<FileDescriptor> sockets, std::uint16_t port, const PeerCheck& peers,
                 SignalWatch& signals)
      : m_sockets(std::move(sockets)), m_port(port), m_peers(peers), m_signals(signals) {}

  [[nodiscard]] std::uint16_t port() const override { return m_port; }
  std::unique_ptr<LoopbackVisit> next(SteadyInstant deadline) override;
  std::unique_ptr<LoopbackVisit> next_at_once() override;
  [[nodiscard]] int rejected_connections() const override { return m_rejected_connections; }

private:
  // Waits until something happens or `deadline`; then `m_waits` says where.
  void wait(SteadyInstant deadline);
  // The first visit that is ready among those who can be heard now.
  std::unique_ptr<LoopbackVisit> hear_all();
  // Lets in who waits at the door, some at a time.
  void accept_some(int listening);
  [[nodiscard]] std::vector<FileDescriptor> take_queued(int listening);
  void let_in(FileDescriptor socket);
  void drop_silent(SteadyInstant now);
  // Reads what this visitor has sent; a visit if its head is complete or hopeless. Sets `gone` if the visitor
  // left.
  std::unique_ptr<LoopbackVisit> hear(Visitor& visitor, bool& gone);

  std::vector<FileDescriptor> m_sockets;
  std::uint16_t m_port;
  PeerCheck m_peers;
  SignalWatch& m_signals;
  int m_rejected_connections = 0;
  std::list<Visitor> m_visitors; // in the order they came
  std::vector<pollfd> m_waits;   // listening sockets, visitors, the wake descriptor
};

void SocketListener::wait(SteadyInstant deadline) {
  m_signals.check();
  m_waits.clear();
  for (const auto& socket : m_sockets)
    m_waits.push_back({socket.get(), POLLIN, 0});
  for (const auto& visitor : m_visitors)
    m_waits.push_back({visitor.socket.get(), POLLIN, 0});
  m_waits.push_back({m_signals.wake_fd(), POLLIN, 0});
  auto until = deadline;
  for (const auto& visitor : m_visitors)
    until = std::min(until, visitor.last_heard + longest_silence);
  const int ready = ::poll(m_waits.data(), m_waits.size(), poll_timeout(until));
  if (ready < 0 && errno != EINTR)
    throw Error{ErrorKind::internal, "waiting for the browser failed"};
  if (ready <= 0)
    for (auto& one : m_waits)
      one.revents = 0;
  m_signals.check();
}

std::vector<FileDescriptor> SocketListener::take_queued(int listening) {
  std::vector<FileDescriptor> newcomers;
  while (newcomers.size() < most_accepted_at_once) {
    FileDescriptor socket{::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    const bool exhausted =
        !socket && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM);
    if (exhausted && m_visitors.empty() && newcomers.empty())
      throw Error{ErrorKind::internal, "the system has no descriptor left for the browser's connection"};
    if (exhausted && !m_visitors.empty())
      m_visitors.pop_front();
    if (!socket)
      break;
    newcomers.push_back(std::move(socket));
  }
  return newcomers;
}

void SocketListener::accept_some(int listening) {
  auto newcomers = take_queued(listening);
  std::vector<int> descriptors;
  descriptors.reserve(newcomers.size());
  for (const auto& newcomer : newcomers)
    descriptors.push_back(newcomer.get());
  const auto admitted = m_peers.admits(descriptors);
  for (std::size_t i = 0; i < newcomers.size(); ++i) {
    if (admitted[i])
      let_in(std::move(newcomers[i]));
    else
      ++m_rejected_connections;
  }
}

void SocketListener::let_in(FileDescriptor socket) {
  if (m_visitors.size() >= most_visitors)
    m_visitors.pop_front();
  m_visitors.push_back({std::move(socket), {}, std::chrono::steady_clock::now()});
}

void SocketListener::drop_silent(SteadyInstant now) {
  m_visitors.remove_if([now](const Visitor& visitor) { return now - visitor.last_heard >= longest_silence; });
}

std::unique_ptr<LoopbackVisit> SocketListener::hear(Visitor& visitor, bool& gone) {
  std::array<char, 4096> bytes;
  const auto got = ::recv(visitor.socket.get(), bytes.data(), bytes.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return nullptr;
  gone = got <= 0;
  if (gone)
    return nullptr;
  visitor.last_heard = std::chrono::steady_clock::now();
  visitor.head.append(bytes.data(), static_cast<std::size_t>(got));
  const bool starts_like_http =
      visitor.head.front() >= 'A' && visitor.head.front() <= 'Z'; // a TLS hello does not
  const auto end = visitor.head.find("\r\n\r\n");
  if (end != std::string::npos)
    visitor.head.resize(end + 4); // a body, if one follows, is dropped
  else if (visitor.head.size() <= longest_head && starts_like_http)
    return nullptr;
  gone = true;
  return std::make_unique<SocketVisit>(std::move(visitor.socket), std::move(visitor.head));
}

std::unique_ptr<LoopbackVisit> SocketListener::hear_all() {
  auto ready = m_waits.begin() + static_cast<std::ptrdiff_t>(m_sockets.size());
  for (auto visitor = m_visitors.begin(); visitor != m_visitors.end(); ++ready) {
    bool gone = false;
    auto visit = ready->revents != 0 ? hear(*visitor, gone) : nullptr;
    visitor = gone ? m_visitors.erase(visitor) : std::next(visitor);
    if (visit)
      return visit;
  }
  return nullptr;
}

std::unique_ptr<LoopbackVisit> SocketListener::next(SteadyInstant deadline) {
  do {
    wait(deadline);
    // Requests that have arrived come before new connections, so that a crowd cannot push the browser out.
    if (auto visit = hear_all())
      return visit;
    drop_silent(std::chrono::steady_clock::now());
    for (std::size_t i = 0; i < m_sockets.size(); ++i)
      if (m_waits[i].revents != 0)
        accept_some(m_sockets[i].get());
  } while (std::chrono::steady_clock::now() < deadline);
  return nullptr;
}

// Twice: the first round accepts a waiting connection, the second reads its request.
std::unique_ptr<LoopbackVisit> SocketListener::next_at_once() {
  auto visit = next(std::chrono::steady_clock::now());
  return visit ? std::move(visit) : next(std::chrono::steady_clock::now());
}

} // namespace

LoopbackSockets::LoopbackSockets(const Environment& environment, SignalWatch& signals)
    : LoopbackSockets(environment.find("CHUTES_LOOPBACK_ANY_USER") == "1" ? PeerCheck::none()
                                                                          : PeerCheck::only(),
                      signals) {}

std::unique_ptr<LoopbackListener> LoopbackSockets::listen(LoopbackFamily family, std::uint16_t port) {
  auto sockets = bind_loopback(family, port);
  if (sockets.empty())
    return nullptr;
  return std::make_unique<SocketListener>(std::move(sockets), port, m_peers, m_signals);
}

std::string LoopbackSockets::holder(std::uint16_t port) {
  return port_owner(port);
}

} // namespace chutes::on_linux
