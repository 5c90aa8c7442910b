#include "linux/process/signal_watch.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace chutes::on_linux {
namespace {

constexpr std::array<int, 3> watched{SIGINT, SIGTERM, SIGHUP};

// A handler reaches nothing but globals: the signal that came first, and the pipe that wakes the waits.
std::atomic<int> caught{0};
std::array<int, 2> wake_pipe{-1, -1};

// A thread's own: how often it holds signals, and what else ends its waits.
thread_local int held = 0;
thread_local int ended_by = -1;

extern "C" void note_signal(int number) {
  const int saved_errno = errno;
  int none = 0;
  caught.compare_exchange_strong(none, number);
  const char byte = 0;
  [[maybe_unused]] const auto written = ::write(wake_pipe[1], &byte, 1); // full pipe: already awake
  errno = saved_errno;
}

} // namespace

SignalWatch::SignalWatch() {
  if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    throw Error{ErrorKind::internal, "the system has no pipe left for signals"};
  caught = 0;
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  for (std::size_t i = 0; i < watched.size(); ++i) {
    ::sigaction(watched[i], nullptr, &m_previous[i]);
    if (m_previous[i].sa_handler == SIG_IGN)
      continue;
    struct sigaction action {};
    action.sa_handler = note_signal;
    sigemptyset(&action.sa_mask);
    ::sigaction(watched[i], &action, nullptr);
  }
}

SignalWatch::~SignalWatch() {
  give_back();
  for (int& end : wake_pipe)
    ::close(std::exchange(end, -1));
}

void SignalWatch::give_back() noexcept {
  for (std::size_t i = 0; i < watched.size(); ++i)
    ::sigaction(watched[i], &m_previous[i], nullptr);
}

void SignalWatch::hold() noexcept {
  ++held;
}

void SignalWatch::release() noexcept {
  --held;
}

int SignalWatch::wake_fd() const noexcept {
  return held > 0 ? -1 : wake_pipe[0];
}

void SignalWatch::check() {
  const int number = held > 0 ? 0 : caught.load();
  if (number == SIGINT)
    throw Error{ErrorKind::interrupted, "interrupted"};
  if (number != 0)
    throw Error{ErrorKind::terminated, "terminated"};
}

bool SignalWatch::wait(int fd, short events, SteadyInstant deadline) {
  while (true) {
    check();
    std::array<pollfd, 3> waits{{{fd, events, 0}, {wake_fd(), POLLIN, 0}, {ended_by, POLLIN, 0}}};
    const int ready = ::poll(waits.data(), waits.size(), poll_timeout(deadline));
    if (ready < 0 && errno != EINTR)
      throw Error{ErrorKind::internal, "waiting for input failed"};
    if (ready > 0 && waits[2].revents != 0)
      throw Error{ErrorKind::interrupted, "interrupted"};
    if (ready > 0 && waits[0].revents != 0)
      return true;
    if (ready == 0 && std::chrono::steady_clock::now() >= deadline)
      return false;
  }
}

WaitsEndedBy::WaitsEndedBy(int fd) noexcept {
  ended_by = fd;
}

WaitsEndedBy::~WaitsEndedBy() {
  ended_by = -1;
}

int poll_timeout(SteadyInstant deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

} // namespace chutes::on_linux
