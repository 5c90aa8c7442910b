// The lock of a keychain between real processes on one bus.
#include "fakes/process_lock.hpp"
#include "linux/child.hpp"
#include "linux/keychain/keychain_fixture.hpp"

#include <csignal>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A process of this user on this bus, with other directories than everybody else's.
struct Caller : Desk {
  explicit Caller(const std::string& directories = "/nowhere") {
    auto variables = environment.all();
    for (const char* name : {"HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_DATA_HOME"})
      variables[name] = directories;
    environment = Environment{variables};
  }
  fakes::GrantingLock user_locks;

  std::unique_ptr<HeldLock> acquire(const std::string& profile, milliseconds patience = milliseconds{0}) {
    return keychain.lock(profile, user_locks, patience);
  }
  std::string failure(const std::string& profile, milliseconds patience = milliseconds{0}) {
    return failure_of([&] { static_cast<void>(acquire(profile, patience)); });
  }
};

// Another process that holds the lock until the test releases it.
struct Holder {
  explicit Holder(const std::string& profile)
      : child(
            [profile, ready = said.theirs, go = order.ours] {
              Caller caller{"/elsewhere"};
              const auto held = caller.acquire(profile, seconds{5});
              [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, "held", 4);
              char byte = 0;
              [[maybe_unused]] const auto got = ::read(STDIN_FILENO, &byte, 1);
              return held->identity();
            },
            {order.ours, said.theirs, -1}) {
    REQUIRE(said.read("held") == "held");
    order.close_ours();
  }
  void let_go() { REQUIRE(::write(order.theirs, "x", 1) == 1); }

  Channel order = make_pipe();
  Channel said = make_pipe();
  Child child;
};

} // namespace

TEST_SUITE_BEGIN("shared");

TEST_CASE("who shares the bus shares the lock, whatever the directories are, and the holder is named") {
  Holder holder{"default"};
  Caller caller;
  const auto name = "process " + std::to_string(holder.child.pid());
  const auto failure = caller.failure("default", milliseconds{1100});
  CHECK(failure.starts_with("keychain: " + name + " has held"));
  CHECK(caller.terminal.notices() == "Waiting for " + name + ", which is using the session…\n");
  CHECK(caller.failure("work") == "(no error)");
  holder.let_go();
  const auto held = caller.acquire("default", seconds{10});
  CHECK(held->identity() == holder.child.result());
  CHECK(held->identity().starts_with("bus "));
  CHECK(caller.user_locks.acquired.empty());
}

TEST_CASE("the lock of a process that was killed is free") {
  Holder holder{"default"};
  Caller caller;
  REQUIRE(caller.failure("default") != "(no error)");
  holder.child.signal(SIGKILL);
  CHECK(caller.failure("default", seconds{10}) == "(no error)");
}

TEST_CASE("a stopped process that waits for the lock does not get it") {
  Holder holder{"default"};
  auto said = make_pipe();
  Child waiting{[] {
                  Caller caller;
                  caller.terminal.on_notice = [] {
                    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, "waiting", 7);
                  };
                  return caller.failure("default", seconds{30});
                },
                {-1, said.theirs, -1}};
  REQUIRE(said.read("waiting") == "waiting");
  Caller caller;
  waiting.signal(SIGSTOP);
  holder.let_go();
  CHECK(caller.failure("default", seconds{10}) == "(no error)");
  waiting.signal(SIGCONT);
  CHECK(waiting.result() == "(no error)");
}

TEST_CASE("a signal ends the wait for the lock") {
  Holder holder{"default"};
  Caller caller;
  ::raise(SIGINT);
  CHECK(caller.failure("default", seconds{10}).starts_with("interrupted: "));
}

TEST_CASE("profiles whose names look alike have locks of their own") {
  std::vector<std::unique_ptr<HeldLock>> all;
  Caller caller;
  for (const char* profile : {"a", "a.b", "a_b", "a-b", "a_2eb", "a..b", "1", "-", ".", "A"}) {
    CAPTURE(profile);
    all.push_back(caller.acquire(profile));
    CHECK(!all.back()->identity().empty());
  }
  CHECK(caller.failure("a.b").starts_with("keychain: "));
}

TEST_CASE("a runtime directory that is a relative path names no bus") {
  Caller caller;
  caller.environment = Environment{{{"XDG_RUNTIME_DIR", "run"}}};
  CHECK(caller.failure("default").starts_with("keychain: no keychain is running"));
}

TEST_SUITE_END();

} // namespace chutes::on_linux
