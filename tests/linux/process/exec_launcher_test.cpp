// Programs that run beside this one: what they get, how they end, and that none outlives its time.
#include "linux/child.hpp"
#include "linux/process/exec_launcher.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

constexpr std::chrono::seconds patience{10};

struct Fixture {
  TemporaryFolder folder;
  SignalWatch signals;
  ExecLauncher launcher{signals};

  std::optional<int> run(const std::string& script, std::chrono::milliseconds longest = patience) {
    return launcher.run({"sh", "-c", script}, {{"PATH", "/usr/bin:/bin"}, {"FOLDER", folder.path()}},
                        longest);
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream{folder / name}.rdbuf();
    return text.str();
  }
};

} // namespace

TEST_CASE("a program that runs beside this one gives its exit code") {
  Fixture fixture;
  CHECK(fixture.run("exit 0") == 0);
  CHECK(fixture.run("exit 128") == 128);
}

TEST_CASE("a program that is not there, cannot be run or dies of a signal gives no exit code") {
  Fixture fixture;
  CHECK(fixture.launcher.run({"no-such-program-anywhere"}, {}, patience) == std::nullopt);
  CHECK(fixture.launcher.run({"/etc/passwd"}, {}, patience) == std::nullopt);
  CHECK(fixture.run("kill -KILL $$") == std::nullopt);
}

TEST_CASE("a program that runs beside this one gets exactly the environment it is given, and empty streams") {
  Fixture fixture;
  CHECK(fixture.run("env | sort > \"$FOLDER/seen\"; ls -l /proc/self/fd > \"$FOLDER/files\"; cat; echo said; "
                    "echo said >&2") == 0);
  CHECK(fixture.content("seen").find("FOLDER=" + fixture.folder.path() + "\n") != std::string::npos);
  CHECK(fixture.content("seen").find("HOME=") == std::string::npos);
  CHECK(fixture.content("files").find("0 -> /dev/null") != std::string::npos);
  CHECK(fixture.content("files").find("2 -> /dev/null") != std::string::npos);
}

TEST_CASE("a program that runs too long is killed with what it has started") {
  Fixture fixture;
  CHECK(fixture.run("sleep 100 & echo $! > \"$FOLDER/pid\"; wait", std::chrono::milliseconds{500}) ==
        std::nullopt);
  const auto pid = std::stoi(fixture.content("pid"));
  const auto gone_by = std::chrono::steady_clock::now() + patience;
  const auto is_there = [&] { // a zombie is gone
    std::ifstream stat{"/proc/" + std::to_string(pid) + "/stat"};
    std::string number, name, state;
    return static_cast<bool>(stat >> number >> name >> state) && state != "Z";
  };
  while (is_there() && std::chrono::steady_clock::now() < gone_by)
    fixture.signals.pause(std::chrono::steady_clock::now() + std::chrono::milliseconds{10});
  CHECK(!is_there());
}

TEST_CASE("a signal ends the wait for a program that runs beside this one") {
  Child child{[] {
    SignalWatch signals;
    ExecLauncher launcher{signals};
    return failure_of([&] {
      static_cast<void>(launcher.run({"sh", "-c", "kill -TERM $PPID; sleep 100"}, {{"PATH", "/usr/bin:/bin"}},
                                     std::chrono::seconds{100}));
    });
  }};
  CHECK(child.result() == "terminated: terminated");
}
