#include "base/error.hpp"
#include "linux/process/thread_pools.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <future>
#include <thread>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

SteadyInstant soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds{10};
}

} // namespace

TEST_CASE("a pool does its work on other threads and runs completions on the caller's") {
  SignalWatch signals;
  ThreadPools worker_pools{signals};
  const auto pool = worker_pools.start(4);
  const auto here = std::this_thread::get_id();
  std::size_t done = 0;
  std::atomic<int> elsewhere = 0;
  for (int i = 0; i < 100; ++i)
    pool->submit([&]() -> Completion {
      elsewhere += std::this_thread::get_id() == here ? 0 : 1;
      return [&] { done += std::this_thread::get_id() == here ? 1U : 0U; };
    });
  while (done < 100) {
    REQUIRE(pool->wait(soon()));
    pool->run_completions();
  }
  CHECK(elsewhere == 100);
}

TEST_CASE("an idle pool lets the deadline pass") {
  SignalWatch signals;
  ThreadPools worker_pools{signals};
  CHECK_FALSE(worker_pools.start(2)->wait(std::chrono::steady_clock::now()));
}

TEST_CASE("a completion that throws leaves the rest for the next call") {
  SignalWatch signals;
  ThreadPools worker_pools{signals};
  const auto pool = worker_pools.start(1);
  std::promise<void> second_begun;
  bool second = false;
  pool->submit([]() -> Completion { return [] { throw Error{ErrorKind::internal, "full"}; }; });
  pool->submit([&]() -> Completion {
    second_begun.set_value(); // the only worker has finished the first by now
    return [&] { second = true; };
  });
  REQUIRE(second_begun.get_future().wait_for(std::chrono::seconds{10}) == std::future_status::ready);
  pool->stop();
  CHECK_THROWS_AS(pool->run_completions(), Error);
  CHECK_FALSE(second);
  CHECK(pool->run_completions() == 1);
  CHECK(second);
  CHECK(pool->run_completions() == 0);
}

TEST_CASE("stopping a pool ends the waits of its work") {
  SignalWatch signals;
  ThreadPools worker_pools{signals};
  const auto pool = worker_pools.start(1);
  std::atomic<bool> begun = false;
  ErrorKind ended = ErrorKind::internal;
  pool->submit([&]() -> Completion {
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
  pool->stop();
  CHECK(pool->run_completions() == 1);
  CHECK(ended == ErrorKind::interrupted);
  CHECK_FALSE(signals.wait(-1, 0, std::chrono::steady_clock::now())); // the caller's waits are not ended
}

TEST_CASE("a signal ends the waits of the pool and of the caller; held signals spare only the holder's") {
  SignalWatch signals;
  ThreadPools worker_pools{signals};
  const auto pool = worker_pools.start(1);
  bool ended = false;
  const SignalsHeld held{signals, "at stake"};
  pool->submit([&]() -> Completion {
    try {
      static_cast<void>(signals.wait(-1, 0, soon()));
    } catch (const Error&) {
      return [&] { ended = true; };
    }
    return [] {};
  });
  ::kill(::getpid(), SIGINT);
  CHECK(pool->wait(soon()));
  pool->run_completions();
  CHECK(ended);
}

} // namespace chutes::on_linux
