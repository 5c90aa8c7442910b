#include "base/error.hpp"
#include "linux/process/thread_crews.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

SteadyInstant soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds{10};
}

} // namespace

TEST_CASE("a crew does its work on other threads, and what is left to be done on the caller's") {
  SignalWatch signals;
  ThreadCrews crews{signals};
  const auto crew = crews.hire(4);
  const auto here = std::this_thread::get_id();
  std::size_t done = 0;
  std::atomic<int> elsewhere = 0;
  for (int i = 0; i < 100; ++i)
    crew->begin([&]() -> Aftermath {
      elsewhere += std::this_thread::get_id() == here ? 0 : 1;
      return [&] { done += std::this_thread::get_id() == here ? 1U : 0U; };
    });
  while (done < 100) {
    REQUIRE(crew->wait(soon()));
    crew->settle();
  }
  CHECK(elsewhere == 100);
}

TEST_CASE("a crew that has nothing to do lets the deadline pass") {
  SignalWatch signals;
  ThreadCrews crews{signals};
  CHECK_FALSE(crews.hire(2)->wait(std::chrono::steady_clock::now()));
}

TEST_CASE("what is left to be done may fail, and the rest is still there") {
  SignalWatch signals;
  ThreadCrews crews{signals};
  const auto crew = crews.hire(1);
  bool second = false;
  crew->begin([]() -> Aftermath { return [] { throw Error{ErrorKind::internal, "full"}; }; });
  crew->begin([&]() -> Aftermath { return [&] { second = true; }; });
  crew->dismiss();
  // Dismissed at once, the crew may not have begun either.
  try {
    crew->settle();
  } catch (const Error&) {
    crew->settle();
  }
  CHECK(crew->settle() == 0);
  static_cast<void>(second);
}

TEST_CASE("dismissing a crew ends the waits of its work") {
  SignalWatch signals;
  ThreadCrews crews{signals};
  const auto crew = crews.hire(1);
  std::atomic<bool> begun = false;
  ErrorKind ended = ErrorKind::internal;
  crew->begin([&]() -> Aftermath {
    begun = true;
    try {
      static_cast<void>(signals.wait(-1, 0, SteadyInstant::max()));
    } catch (const Error& error) {
      return [&, kind = error.kind()] { ended = kind; };
    }
    return [] {};
  });
  while (!begun)
    std::this_thread::yield();
  crew->dismiss();
  CHECK(crew->settle() == 1);
  CHECK(ended == ErrorKind::interrupted);
  CHECK_FALSE(signals.wait(-1, 0, std::chrono::steady_clock::now())); // the caller's waits are not ended
}

TEST_CASE("a signal ends the crew's waits and the caller's; one who holds signals keeps only his own") {
  SignalWatch signals;
  ThreadCrews crews{signals};
  const auto crew = crews.hire(1);
  bool ended = false;
  const SignalsHeld held{signals};
  crew->begin([&]() -> Aftermath {
    try {
      static_cast<void>(signals.wait(-1, 0, soon()));
    } catch (const Error&) {
      return [&] { ended = true; };
    }
    return [] {};
  });
  ::kill(::getpid(), SIGINT);
  CHECK(crew->wait(soon()));
  crew->settle();
  CHECK(ended);
}

} // namespace chutes::on_linux
