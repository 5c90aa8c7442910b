// Locks between real processes, and the places they lie in.
#include "fakes/terminal.hpp"
#include "linux/child.hpp"
#include "linux/process/file_process_lock.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A lock whose files lie in a folder of the test's own.
struct Fixture {
  TemporaryFolder folder;
  const bool made = fs::create_directories(folder / "run");
  Environment environment{{{"XDG_RUNTIME_DIR", folder / "run"}}};
  SignalWatch signals;
  fakes::RecordingTerminal terminal;
  FileProcessLock lock{environment, signals, terminal};
  const std::string place = folder / "run/chutes-login";
  const std::string file = place + "/session.lock";

  std::string failure(milliseconds patience = milliseconds{0}) {
    return failure_of([&] { static_cast<void>(lock.acquire("session", patience)); });
  }
};

// Another process that holds the lock until the test releases it.
struct Holder {
  explicit Holder(const Environment& environment)
      : child(
            [&, ready = said.theirs, go = order.ours] {
              SignalWatch signals;
              fakes::RecordingTerminal terminal;
              FileProcessLock lock{environment, signals, terminal};
              const auto held = lock.acquire("session", seconds{5});
              [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, "held", 4);
              char byte = 0;
              [[maybe_unused]] const auto got = ::read(STDIN_FILENO, &byte, 1);
              return std::string{"let go"};
            },
            {order.ours, said.theirs, -1}) {
    REQUIRE(said.read("held") == "held");
    order.close_ours();
  }
  void let_go() { order.close_theirs(); }

  Channel order = make_pipe();
  Channel said = make_pipe();
  Child child;
};

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777U;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "a lock that another process holds is not had, and the holder is named") {
  Holder holder{environment};
  const auto name = "process " + std::to_string(holder.child.pid());
  check_said(failure(), {{name, "NAME"}});
  CHECK(terminal.errors.empty());
  check_said(failure(milliseconds{1100}), {{name, "NAME"}});
  CHECK(terminal.errors == "Waiting for " + name + ", which is using the session…\n");
}

TEST_CASE_FIXTURE(Fixture, "the lock is had as soon as its holder lets go") {
  Holder holder{environment};
  REQUIRE(failure() != "(no error)");
  holder.let_go();
  CHECK(failure(seconds{10}) == "(no error)");
  CHECK(holder.child.result() == "let go");
}

TEST_CASE_FIXTURE(Fixture, "the lock of a process that was killed is free") {
  Holder holder{environment};
  REQUIRE(failure() != "(no error)");
  holder.child.signal(SIGKILL);
  CHECK(holder.child.result() == "died of signal 9");
  CHECK(failure() == "(no error)");
}

TEST_CASE_FIXTURE(Fixture,
                  "a lock excludes within one process too, and is free again when its result goes away") {
  {
    const auto held = lock.acquire("session", seconds{1});
    check_said(failure(), {{std::to_string(::getpid()), "GETPID"}});
    CHECK(failure_of([&] { static_cast<void>(lock.acquire("another", seconds{0})); }) == "(no error)");
  }
  CHECK(failure() == "(no error)");
}

TEST_CASE_FIXTURE(Fixture, "a signal ends the wait for a lock") {
  Holder holder{environment};
  ::raise(SIGINT);
  CHECK(failure(seconds{10}).starts_with("interrupted: "));
}

TEST_CASE_FIXTURE(Fixture, "a holder who wrote nonsense into the file is not named") {
  const auto held = lock.acquire("session", seconds{1});
  std::ofstream{file} << "\x1b[31m evil";
  check_said(failure());
}

TEST_CASE_FIXTURE(Fixture, "folder and file belong to this user alone") {
  static_cast<void>(lock.acquire("session", seconds{1}));
  CHECK(mode_of(place) == 0700U);
  CHECK(mode_of(file) == 0600U);
}

TEST_CASE_FIXTURE(Fixture, "a folder that is open to others is closed to them") {
  fs::create_directories(place);
  fs::permissions(place, fs::perms::all);
  CHECK(failure() == "(no error)");
  CHECK(mode_of(place) == 0700U);
}

TEST_CASE_FIXTURE(Fixture, "a folder that belongs to another user is refused") {
  if (::geteuid() != 0)
    return; // only root can make one
  fs::create_directories(place);
  constexpr uid_t nobody = 65534;
  REQUIRE(::chown(place.c_str(), nobody, nobody) == 0);
  check_said(failure(), {{place, "PLACE"}});
}

TEST_CASE_FIXTURE(Fixture, "symbolic links are not followed") {
  const auto target = folder / "target";
  SUBCASE("as the file") {
    fs::create_directories(place);
    std::ofstream{target} << "precious";
    fs::create_symlink(target, file);
    check_said(failure(), {{file, "FILE"}});
    CHECK(fs::file_size(target) == 8);
  }
  SUBCASE("as the folder") {
    fs::create_directories(target);
    fs::create_directory_symlink(target, place);
    check_said(failure(), {{place, "PLACE"}});
    CHECK(fs::is_empty(target));
  }
}

TEST_CASE_FIXTURE(Fixture, "a name cannot lead out of the folder") {
  static_cast<void>(lock.acquire("../../x y/ä", seconds{1}));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{place})
    names.push_back(entry.path().filename());
  CHECK(names == std::vector<std::string>{"..%2F..%2Fx%20y%2F%C3%A4.lock"});
}

TEST_CASE("locks lie in the runtime directory, whether or not the environment tells of it, else where state "
          "is kept") {
  const TemporaryFolder folder;
  SignalWatch signals;
  fakes::RecordingTerminal terminal;
  const auto usual = "users/" + std::to_string(::geteuid());
  const auto acquire_in = [&](const std::map<std::string, std::string>& variables) {
    const Environment environment{variables};
    FileProcessLock lock{environment, signals, terminal, folder / "users"};
    return failure_of([&] { static_cast<void>(lock.acquire("session", seconds{1})); });
  };
  const auto place = [&] {
    for (const char* parent : {"runtime", "state", "home/.local/state"})
      if (fs::exists(folder / parent + "/chutes-login/session.lock"))
        return std::string{parent};
    return fs::exists(folder / usual + "/chutes-login/session.lock") ? std::string{"usual"}
                                                                     : std::string{"nowhere"};
  };
  check_said(acquire_in({}));
  SUBCASE("the one the environment names") {
    fs::create_directories(folder / "runtime");
    fs::create_directories(folder / usual);
    CHECK(acquire_in({{"XDG_RUNTIME_DIR", folder / "runtime"}, {"HOME", folder / "home"}}) == "(no error)");
    CHECK(place() == "runtime");
  }
  SUBCASE("the usual one, where the environment names none or one that is missing") {
    fs::create_directories(folder / usual);
    CHECK(acquire_in({{"XDG_RUNTIME_DIR", folder / "missing"}, {"HOME", folder / "home"}}) == "(no error)");
    CHECK(acquire_in({{"HOME", folder / "home"}}) == "(no error)");
    CHECK(place() == "usual");
  }
  SUBCASE("the state directory, without a login session") {
    CHECK(acquire_in({{"XDG_STATE_HOME", folder / "state"}, {"HOME", folder / "home"}}) == "(no error)");
    CHECK(place() == "state");
  }
  SUBCASE("that of the home") {
    CHECK(acquire_in({{"HOME", folder / "home"}}) == "(no error)");
    CHECK(place() == "home/.local/state");
  }
  SUBCASE("nowhere, and it is said") {
    std::ofstream{folder / "home"} << "a file";
    check_said(acquire_in({{"HOME", folder / "home"}}),
               {{folder / "home/.local/state/chutes-login", "LOCKS"}});
  }
}
