#include "linux/process/signal_watch.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace chutes::on_linux {
namespace {

constexpr std::array<int, 3> watched{SIGINT, SIGTERM, SIGHUP};

// Signals this close together are one: timeout(1) sends its own twice, to the process and to its group, and a
// parent may forward a Ctrl-C that its children have seen themselves. SIGHUP is never a second one: a
// terminal that closes sends it, and so does its shell, without a person asking again.
constexpr long long same_signal_ms = 100;

// A handler reaches nothing but globals: the signal that came first and when, the pipe that wakes the waits,
// and what has to be done and said before a second one ends the program.
std::atomic<int> caught{0};
std::atomic<long long> caught_at_ms{0};
std::array<int, 2> wake_pipe{-1, -1};
std::atomic<const char*> at_stake{nullptr};
std::atomic<void (*)()> before_sudden_end{nullptr};
std::atomic<bool> somebody_watches{false};

// A thread's own: how often it holds signals, and what else ends its waits.
thread_local int held = 0;
thread_local int ended_by = -1;

long long milliseconds_now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1'000'000;
}

// The handlers call only what signal-safety(7) allows.
void say(const char* line) noexcept {
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, line, std::strlen(line));
  written = ::write(STDERR_FILENO, "\n", 1);
}

[[noreturn]] void end_at_once() noexcept {
  if (const auto act = before_sudden_end.load(); act != nullptr)
    act();
  if (const char* loss = at_stake.load(); loss != nullptr)
    say(loss);
  constexpr int signal_base = 128;
  ::_exit(signal_base + (caught.load() == SIGINT ? SIGINT : SIGTERM));
}

extern "C" void note_signal(int number) {
  const int saved_errno = errno;
  int none = 0;
  if (caught.compare_exchange_strong(none, number)) {
    caught_at_ms = milliseconds_now();
    if (at_stake.load() != nullptr && somebody_watches)
      say("\nFinishing a step that cannot be repeated; interrupt again to end it now.");
  } else if (number != SIGHUP && milliseconds_now() - caught_at_ms.load() >= same_signal_ms) {
    end_at_once();
  }
  const char byte = 0;
  [[maybe_unused]] const auto written = ::write(wake_pipe[1], &byte, 1); // full pipe: already awake
  errno = saved_errno;
}

} // namespace

SignalWatch::SignalWatch() {
  if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    throw Error{ErrorKind::internal, "the system has no pipe left for signals"};
  caught = 0;
  somebody_watches = ::isatty(STDERR_FILENO) == 1;
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

void SignalWatch::hold(const char* loss) noexcept {
  if (held++ == 0)
    at_stake = loss;
}

void SignalWatch::release() noexcept {
  if (--held == 0)
    at_stake = nullptr;
}

void before_second_signal(void (*act)()) noexcept {
  before_sudden_end = act;
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
