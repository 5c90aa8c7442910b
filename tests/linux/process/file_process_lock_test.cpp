// Locks between real processes, and the places they lie in.
#include "fakes/terminal.hpp"
#include "linux/child.hpp"
#include "linux/process/file_lock.hpp"
#include "linux/process/file_process_lock.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A lock whose files lie in a folder of the test's own.
struct Fixture {
  TemporaryFolder folder;
  Environment environment{{{"HOME", folder / "home"}}};
  SignalWatch signals;
  fakes::RecordingTerminal terminal;
  FileProcessLock lock{environment, signals, terminal};
  const std::string place = folder / "home/.local/state/chutes-login";
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
    fs::create_directories(fs::path{place}.parent_path());
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

TEST_CASE("the user's locks lie in the home directory, whatever the runtime and state directories are") {
  const TemporaryFolder folder;
  SignalWatch signals;
  fakes::RecordingTerminal terminal;
  const std::string below = "/chutes-login/session.lock";
  for (const char* parent : {"runtime", "state"})
    fs::create_directories(folder / parent);
  const auto acquire_in = [&](const std::map<std::string, std::string>& variables) {
    const Environment environment{variables};
    FileProcessLock lock{environment, signals, terminal};
    return failure_of([&] { static_cast<void>(lock.acquire("session", seconds{1})); });
  };
  const auto home = folder / "home";
  const auto in_home = home + "/.local/state" + below;
  const auto in_state = folder / "state" + below;
  const struct {
    std::map<std::string, std::string> variables;
    std::string place; // empty: nowhere, and it is said
  } rows[] = {
      {{{"HOME", home}}, in_home},
      {{{"HOME", home}, {"XDG_RUNTIME_DIR", folder / "runtime"}}, in_home},
      {{{"HOME", home}, {"XDG_RUNTIME_DIR", "runtime"}}, in_home},
      {{{"HOME", home}, {"XDG_STATE_HOME", folder / "state"}}, in_home},
      {{{"HOME", home}, {"XDG_STATE_HOME", "state"}}, in_home},
      {{{"XDG_STATE_HOME", folder / "state"}}, in_state},
      {{{"HOME", "home"}, {"XDG_STATE_HOME", folder / "state"}}, in_state},
      {{{"XDG_STATE_HOME", "state"}, {"XDG_RUNTIME_DIR", folder / "runtime"}}, ""},
      {{{"HOME", "home"}, {"XDG_STATE_HOME", "state"}}, ""},
      {{}, ""},
  };
  for (const auto& [variables, place] : rows) {
    CAPTURE(place);
    const auto failure = acquire_in(variables);
    if (place.empty()) {
      CHECK(failure.starts_with("file: "));
      check_said(failure);
    } else {
      CHECK(failure == "(no error)");
      CHECK(fs::remove(place));
    }
  }
  CHECK(fs::is_empty(folder / "runtime"));
  std::ofstream{folder / "file"} << "a file";
  check_said(acquire_in({{"HOME", folder / "file"}}), {{folder / "file/.local/state/chutes-login", "LOCKS"}});
}

TEST_CASE_FIXTURE(Fixture, "the lock of a file lies beside it, for all who share the file") {
  const auto guarded = folder / "data/chutes-login/default.encrypted.session";
  const auto held = lock.acquire_beside(guarded, seconds{1});
  CHECK(fs::exists(guarded + ".lock"));
  CHECK(!fs::exists(place));
  const Environment elsewhere{{{"HOME", folder / "other"}, {"XDG_RUNTIME_DIR", folder / "run"}}};
  FileProcessLock others{elsewhere, signals, terminal};
  const auto failure = failure_of([&] { static_cast<void>(others.acquire_beside(guarded, seconds{0})); });
  CHECK(failure.starts_with("file: process " + std::to_string(::getpid()) + " has held"));
  CHECK(failure_of([&] { static_cast<void>(others.acquire_beside(guarded + "2", seconds{0})); }) ==
        "(no error)");
}

TEST_CASE_FIXTURE(Fixture, "two locks are the same if and only if their identity is") {
  const auto identity_in = [&](const std::string& home) {
    const Environment there{{{"HOME", folder / home}}};
    return FileProcessLock{there, signals, terminal}.acquire("session", seconds{1})->identity();
  };
  const auto first = identity_in("home");
  CHECK(!first.empty());
  CHECK(identity_in("home") == first);
  CHECK(identity_in("other") != first);
  fs::create_directory_symlink(folder / "home", folder / "link");
  CHECK(identity_in("link") == first);
}

TEST_CASE_FIXTURE(
    Fixture, "a lock whose file is removed or replaced meanwhile is taken on the file that others find") {
  bool replaced = false;
  SUBCASE("removed") {}
  SUBCASE("replaced") {
    replaced = true;
  }
  Holder holder{environment};
  const auto path = file;
  const auto open = [&] { return FileDescriptor{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)}; };
  FileDescriptor taken;
  bool done = false;
  const int failure = lock_file(taken, open, signals, seconds{10}, [&](int, milliseconds) {
    if (std::exchange(done, true))
      return;
    fs::remove(path);
    if (replaced)
      std::ofstream{path} << "another";
    holder.let_go();
  });
  CHECK(failure == 0);
  struct stat ours {};
  struct stat found {};
  REQUIRE(::fstat(taken.get(), &ours) == 0);
  REQUIRE(::stat(path.c_str(), &found) == 0);
  CHECK(ours.st_ino == found.st_ino);
  CHECK(failure_of([&] { static_cast<void>(lock.acquire("session", seconds{0})); }).starts_with("file: "));
}
