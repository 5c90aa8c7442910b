// Signals as every wait of this program sees them: real signals, each in a process of its own.
#include "base/error.hpp"
#include "linux/child.hpp"
#include "linux/process/signal_watch.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <thread>
#include <unistd.h>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SteadyInstant in(milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

// What a task in a process of its own returns; a watch that lived here would meet those of other tests.
std::string outcome(const std::function<std::string()>& task) {
  return Child{[&] {
           for (const int number : {SIGINT, SIGTERM, SIGHUP})
             static_cast<void>(std::signal(number, SIG_DFL)); // the test framework has handlers of its own
           return task();
         }}
      .result();
}

bool readable(int fd) {
  pollfd waits{fd, POLLIN, 0};
  return ::poll(&waits, 1, 0) == 1;
}

// "default", "ignored" or "caught".
std::string disposition(int number) {
  struct sigaction action {};
  ::sigaction(number, nullptr, &action);
  return action.sa_handler == SIG_DFL ? "default" : action.sa_handler == SIG_IGN ? "ignored" : "caught";
}

std::string check_of(SignalWatch& signals) {
  return failure_of([&] { signals.check(); });
}

void nothing(int) {}

// A computation that looks at nothing.
void compute(milliseconds time) {
  for (const auto end = in(time); std::chrono::steady_clock::now() < end;) {
  }
}

// Acts once the thread that made it sleeps, as the system tells: it is in the middle of a wait then.
class Waker {
public:
  explicit Waker(std::function<void()> act)
      : m_waiting(::gettid()), m_thread([this, act = std::move(act)] {
          while (!sleeping())
            std::this_thread::yield();
          act();
        }) {}
  ~Waker() { m_thread.join(); }
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

private:
  [[nodiscard]] bool sleeping() const {
    const auto path = "/proc/self/task/" + std::to_string(m_waiting) + "/stat";
    char text[512]{};
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const auto got = ::read(file, text, sizeof text - 1);
    ::close(file);
    return got > 0 && std::string{text}.find(") S ") != std::string::npos;
  }

  pid_t m_waiting;
  std::thread m_thread;
};

} // namespace

TEST_CASE("each of the three signals is recorded and reported as itself") {
  const auto reported = [](int number) {
    return outcome([number] {
      SignalWatch signals;
      const auto before = check_of(signals);
      static_cast<void>(std::raise(number));
      return before + ", " + check_of(signals) + (readable(signals.wake_fd()) ? ", awake" : ", asleep");
    });
  };
  const auto interrupted = outcome([] {
    throw Error{ErrorKind::interrupted, "interrupted"};
    return "";
  });
  const auto terminated = outcome([] {
    throw Error{ErrorKind::terminated, "terminated"};
    return "";
  });
  REQUIRE(interrupted != terminated);
  CHECK(reported(SIGINT) == "(no error), " + interrupted + ", awake");
  CHECK(reported(SIGTERM) == "(no error), " + terminated + ", awake");
  CHECK(reported(SIGHUP) == "(no error), " + terminated + ", awake");
}

TEST_CASE("of several signals the first one counts, and it goes on counting") {
  CHECK(outcome([] {
          SignalWatch signals;
          static_cast<void>(std::raise(SIGTERM));
          static_cast<void>(std::raise(SIGINT));
          return check_of(signals) == check_of(signals) ? check_of(signals) : "changed";
        }) == outcome([] {
          throw Error{ErrorKind::terminated, "terminated"};
          return "";
        }));
}

TEST_CASE("a signal that comes while signals are held is reported after the last release") {
  CHECK(outcome([] {
          SignalWatch signals;
          signals.hold("at stake");
          signals.hold("at stake");
          static_cast<void>(std::raise(SIGINT));
          auto said = check_of(signals) + " " + std::to_string(signals.wake_fd());
          signals.release();
          said += ", " + check_of(signals);
          signals.release();
          return said + ", " + (check_of(signals) == "(no error)" ? "lost" : "reported") +
                 (readable(signals.wake_fd()) ? ", awake" : ", asleep");
        }) == "(no error) -1, (no error), reported, awake");
}

TEST_CASE("a signal that was ignored at the start stays ignored, the others are watched") {
  CHECK(outcome([] {
          static_cast<void>(std::signal(SIGHUP, SIG_IGN)); // as nohup does
          SignalWatch signals;
          static_cast<void>(std::raise(SIGHUP));
          return disposition(SIGHUP) + " " + disposition(SIGINT) + " " + disposition(SIGTERM) + ", " +
                 check_of(signals);
        }) == "ignored caught caught, (no error)");
}

TEST_CASE("the end of the watch puts back what was there before; a broken pipe stays harmless") {
  CHECK(outcome([] {
          static_cast<void>(std::signal(SIGPIPE, SIG_DFL));
          static_cast<void>(std::signal(SIGTERM, nothing));
          static_cast<void>(std::signal(SIGHUP, SIG_IGN));
          { const SignalWatch signals; }
          struct sigaction action {};
          ::sigaction(SIGTERM, nullptr, &action);
          return disposition(SIGINT) + " " + (action.sa_handler == nothing ? "its own" : "another") + " " +
                 disposition(SIGHUP) + " " + disposition(SIGPIPE);
        }) == "default its own ignored ignored");
}

TEST_CASE(
    "after giving back, a signal does what it did before, while one that had arrived is still reported") {
  CHECK(outcome([] {
          SignalWatch signals;
          static_cast<void>(std::raise(SIGINT));
          signals.give_back();
          return disposition(SIGINT) + (check_of(signals) == "(no error)" ? ", lost" : ", reported");
        }) == "default, reported");
  CHECK(outcome([] {
          SignalWatch signals;
          signals.give_back();
          static_cast<void>(std::raise(SIGTERM));
          return std::string{"alive"};
        }) == "died of signal 15");
}

TEST_CASE("a watch after another knows nothing of the other's signals") {
  CHECK(outcome([] {
          {
            const SignalWatch first;
            static_cast<void>(std::raise(SIGINT));
          }
          SignalWatch second;
          return check_of(second) + (readable(second.wake_fd()) ? ", awake" : ", asleep");
        }) == "(no error), asleep");
}

TEST_CASE("the handler leaves errno as it was, even when its pipe is full") {
  CHECK(outcome([] {
          SignalWatch signals;
          const auto pipe = "/proc/self/fd/" + std::to_string(signals.wake_fd());
          const int other_end = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
          while (::write(other_end, "x", 1) == 1) {
          }
          errno = 0;
          static_cast<void>(::raise(SIGINT));
          return std::to_string(errno);
        }) == "0");
}

TEST_CASE("a wait ends when there is something, at the deadline, or with a signal that came before it") {
  CHECK(outcome([] {
          SignalWatch signals;
          const auto pipe = make_pipe();
          std::string said = signals.wait(pipe.ours, POLLIN, in(milliseconds{1})) ? "ready" : "late";
          said += signals.wait(-1, 0, in(milliseconds{1})) ? " ready" : " late";
          REQUIRE(::write(pipe.theirs, "x", 1) == 1);
          said += signals.wait(pipe.ours, POLLIN, in(seconds{10})) ? " ready" : " late";
          static_cast<void>(std::raise(SIGINT));
          const auto failed =
              failure_of([&] { static_cast<void>(signals.wait(pipe.ours, POLLIN, in(seconds{10}))); });
          return said + (failed == "(no error)" ? " went on" : " interrupted");
        }) == "late late ready interrupted");
}

TEST_CASE("a signal ends a wait that has begun, whichever thread it is delivered to") {
  CHECK(outcome([] {
          SignalWatch signals;
          const Waker waker{[] { static_cast<void>(::raise(SIGTERM)); }}; // to the waker's own thread
          const auto began = std::chrono::steady_clock::now();
          const auto failed = failure_of([&] { static_cast<void>(signals.wait(-1, 0, in(seconds{10}))); });
          const bool soon = std::chrono::steady_clock::now() - began < seconds{5};
          return std::string{failed == "(no error)" ? "went on" : "ended"} + (soon ? " soon" : " late");
        }) == "ended soon");
}

TEST_CASE("while signals are held a wait goes on to its deadline") {
  CHECK(outcome([] {
          SignalWatch signals;
          signals.hold("at stake");
          static_cast<void>(std::raise(SIGINT));
          return std::string{signals.wait(-1, 0, in(milliseconds{5})) ? "ready" : "late"};
        }) == "late");
}

TEST_CASE("another signal neither ends nor lengthens a wait") {
  CHECK(outcome([] {
          SignalWatch signals;
          static_cast<void>(std::signal(SIGUSR1, nothing)); // interrupts poll(2): EINTR
          const auto pipe = make_pipe();
          const auto waiting = ::pthread_self();
          const Waker waker{[&] {
            ::pthread_kill(waiting, SIGUSR1);
            REQUIRE(::write(pipe.theirs, "x", 1) == 1);
          }};
          std::string said = signals.wait(pipe.ours, POLLIN, in(seconds{10})) ? "ready" : "late";
          const Waker again{[&] { ::pthread_kill(waiting, SIGUSR1); }};
          const auto deadline = in(milliseconds{50});
          said += signals.wait(-1, 0, deadline) ? " ready" : " late";
          return said + (std::chrono::steady_clock::now() >= deadline ? " in time" : " early");
        }) == "ready late in time");
}

TEST_CASE("the time left for poll is rounded up, never negative, and at most an hour") {
  CHECK(poll_timeout(std::chrono::steady_clock::now() - seconds{1}) == 0);
  CHECK(poll_timeout(std::chrono::steady_clock::now() + std::chrono::hours{5}) == 3'600'000);
  CHECK(poll_timeout(SteadyInstant::max()) == 3'600'000);
  const auto left = poll_timeout(in(seconds{100}));
  CHECK(left > 50'000);
  CHECK(left <= 100'000);
}

TEST_CASE("a second signal, a moment after the first, ends a computation that looks at nothing") {
  const auto ended = [](int first, int second) {
    return outcome([first, second] {
      SignalWatch signals;
      static_cast<void>(std::raise(first));
      compute(milliseconds{110}); // what counts as one signal is over
      static_cast<void>(std::raise(second));
      return check_of(signals);
    });
  };
  CHECK(ended(SIGINT, SIGINT) == "exited with 130");
  CHECK(ended(SIGINT, SIGTERM) == "exited with 130");
  CHECK(ended(SIGTERM, SIGINT) == "exited with 143");
  CHECK(ended(SIGHUP, SIGTERM) == "exited with 143");
  CHECK(ended(SIGHUP, SIGHUP).starts_with("terminated: ")); // of a terminal and of its shell
  CHECK(ended(SIGINT, SIGHUP).starts_with("interrupted: "));
}

TEST_CASE("the same signal twice at once, as timeout(1) sends it, is one") {
  CHECK(outcome([] {
          SignalWatch signals;
          static_cast<void>(std::raise(SIGTERM));
          static_cast<void>(std::raise(SIGTERM));
          return check_of(signals).substr(0, 10);
        }) == "terminated");
}

TEST_CASE("a second signal ends what holds signals too, and says what may be lost, after the terminal is "
          "restored") {
  auto error = make_pipe();
  Child child{[] {
                SignalWatch signals;
                before_second_signal(
                    [] { [[maybe_unused]] const auto written = ::write(STDERR_FILENO, "restored\n", 9); });
                const SignalsHeld outer{signals, "the tokens may be lost"};
                const SignalsHeld inner{signals, "not this"};
                static_cast<void>(std::raise(SIGINT));
                compute(milliseconds{110});
                static_cast<void>(std::raise(SIGTERM));
                return std::string{"went on"};
              },
              {-1, -1, error.theirs}};
  error.close_theirs();
  CHECK(child.result() == "exited with 130");
  CHECK(error.read() == "restored\nthe tokens may be lost\n");
}

TEST_CASE("after the last release nothing is at stake any more") {
  auto error = make_pipe();
  Child child{[] {
                SignalWatch signals;
                { const SignalsHeld held{signals, "lost"}; }
                static_cast<void>(std::raise(SIGTERM));
                compute(milliseconds{110});
                static_cast<void>(std::raise(SIGTERM));
                return std::string{"went on"};
              },
              {-1, -1, error.theirs}};
  error.close_theirs();
  CHECK(child.result() == "exited with 143");
  CHECK(error.read().empty());
}

TEST_CASE("on a terminal, a first signal that is held is answered at once") {
  const auto terminal = make_terminal();
  Child child{[] {
                SignalWatch signals;
                const SignalsHeld held{signals, "lost"};
                static_cast<void>(std::raise(SIGINT));
                return check_of(signals);
              },
              {-1, -1, terminal.theirs}};
  CHECK(child.result() == "(no error)");
  CHECK(terminal.read("interrupt again").find("cannot be repeated") != std::string::npos);
}
