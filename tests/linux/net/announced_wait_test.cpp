#include "fakes/terminal.hpp"
#include "linux/net/announced_wait.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <string>
#include <vector>

namespace chutes::on_linux {
namespace {

using namespace std::chrono_literals;

// Somebody who is waited for in vain, at once.
struct Silence {
  fakes::RecordingTerminal terminal;
  RemarksMade made;
  std::vector<SteadyInstant> deadlines;
  Wait wait = [this](int, short, SteadyInstant deadline) {
    deadlines.push_back(deadline);
    return false;
  };

  AnnouncedWait of(const std::string& peer) {
    return AnnouncedWait{wait, "Waiting for " + peer + "…", made, &terminal};
  }
};

} // namespace

TEST_CASE("who is silent for a second is named, and waited for until the deadline") {
  Silence silence;
  auto wait = silence.of("api.test");
  const auto begun = std::chrono::steady_clock::now();
  CHECK(!wait(3, POLLIN, begun + 30s));
  CHECK(silence.terminal.errors == "Waiting for api.test…\n");
  REQUIRE(silence.deadlines.size() == 2);
  CHECK(silence.deadlines[0] >= begun + 1s);
  CHECK(silence.deadlines[0] < begun + 5s);
  CHECK(silence.deadlines[1] == begun + 30s);
}

TEST_CASE("on a terminal the name goes when the waiting is over") {
  Silence silence;
  silence.terminal.error_tty = true;
  auto wait = silence.of("api.test");
  CHECK(!wait(3, POLLIN, std::chrono::steady_clock::now() + 30s));
  CHECK(silence.terminal.progress_lines == std::vector<std::string>{"Waiting for api.test…", ""});
  CHECK(silence.terminal.errors.empty());
}

TEST_CASE("each is named once, by whichever request") {
  Silence silence;
  const auto late = std::chrono::steady_clock::now() + 30s;
  for (const char* peer : {"api.test", "api.test", "llm.test"}) {
    auto wait = silence.of(peer);
    CHECK(!wait(3, POLLIN, late));
    CHECK(!wait(3, POLLIN, late));
  }
  CHECK(silence.terminal.errors == "Waiting for api.test…\nWaiting for llm.test…\n");
}

TEST_CASE("no wait is reported that takes less than a second, after the answer has begun, or with --quiet") {
  Silence silence;
  const auto now = std::chrono::steady_clock::now();
  auto wait = silence.of("api.test");
  CHECK(!wait(3, POLLIN, now + 500ms));
  CHECK(!wait(-1, 0, SteadyInstant{}));
  wait.over();
  CHECK(!wait(3, POLLIN, now + 30s));
  silence.terminal.hush();
  auto other = silence.of("llm.test");
  CHECK(!other(3, POLLIN, now + 30s));
  CHECK(silence.terminal.errors.empty());
}

TEST_CASE("what comes within the second is not waited for any longer") {
  Silence silence;
  silence.wait = [&silence](int, short, SteadyInstant deadline) {
    silence.deadlines.push_back(deadline);
    return true;
  };
  auto wait = silence.of("api.test");
  CHECK(wait(3, POLLIN, std::chrono::steady_clock::now() + 30s));
  CHECK(silence.deadlines.size() == 1);
  CHECK(silence.terminal.errors.empty());
}

} // namespace chutes::on_linux
