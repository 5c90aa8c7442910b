#include "cli/invoke/chat_events.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;
using namespace std::chrono_literals;

namespace {

constexpr const char* cord = "https://me-mine.chutes.ai/run";

Error never_made() {
  return Error{ErrorKind::network, "could not reach llm.chutes.ai: refused"}.with_nothing_sent();
}

} // namespace

TEST_CASE("a call is not tried again unless --retry says so") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", chat_url, 429);
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 9);
  CHECK(world.signals.pauses.empty());
}

TEST_CASE("--retry waits for a busy service and says so") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", chat_url, 503).response.headers = {{"Retry-After", "3"}};
  world.http.expect("POST", chat_url, 200).pieces = {said("Hello"), finished("stop"), done_marker};
  const auto start = world.clock.steady();
  CHECK(world.run({"invoke", "-m", "m", "--retry", "2", "x"}) == 0);
  CHECK(world.signals.pauses == std::vector{start + 3s});
  CHECK(world.terminal.output == "Hello\n");
  for (const char* fact : {"503", "3 seconds", "1 of 2"})
    CHECK(world.terminal.errors.find(fact) != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("--retry makes a connection that failed again, for chutes too, and gives up with its failure") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", cord, 200).failure = std::make_exception_ptr(never_made());
  SUBCASE("in the end it works") {
    world.http.expect("POST", cord, 200, "{}");
    CHECK(world.run({"invoke", cord, "-d", "{}", "--retry", "1"}) == 0);
    CHECK(world.terminal.output == "{}");
  }
  SUBCASE("it never works") {
    world.http.expect("POST", cord, 200).failure = std::make_exception_ptr(never_made());
    CHECK(world.run({"invoke", cord, "-d", "{}", "--retry", "1"}) == 5);
  }
}

TEST_CASE("--retry never repeats what may have been paid for, or has been printed, or is refused for good") {
  fakes::World world;
  sign_in_beforehand(world);
  SUBCASE("cut without an answer") {
    world.http.expect("POST", chat_url, 200).failure =
        std::make_exception_ptr(Error{ErrorKind::network, "closed the connection without an answer"});
    CHECK(world.run({"invoke", "-m", "m", "--retry", "5", "x"}) == 5);
  }
  SUBCASE("cut in mid-answer") {
    auto& exchange = world.http.expect("POST", chat_url, 200);
    exchange.pieces = {said("Hel")};
    exchange.cut = std::make_exception_ptr(Error{ErrorKind::network, "cut"});
    CHECK(world.run({"invoke", "-m", "m", "--retry", "5", "x"}) == 10);
    CHECK(world.terminal.output == "Hel\n");
  }
  SUBCASE("no balance") {
    world.http.expect("POST", chat_url, 402);
    CHECK(world.run({"invoke", "-m", "m", "--retry", "5", "x"}) == 9);
  }
  CHECK(world.signals.pauses.empty());
}

TEST_CASE("Ctrl-C ends the wait for the next attempt") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", chat_url, 429).look = [&](const HttpRequest&) { world.signals.pending = true; };
  CHECK(world.run({"invoke", "-m", "m", "--retry", "5", "x"}) == 130);
}

TEST_CASE("--max-time bounds the request, and what was received stands") {
  fakes::World world;
  sign_in_beforehand(world);
  const auto end = world.clock.steady() + 1500ms;
  auto& exchange = world.http.expect("POST", chat_url, 200);
  exchange.pieces = {said("Hel")};
  exchange.cut = std::make_exception_ptr(
      Error{ErrorKind::network, "llm.chutes.ai did not finish within the time limit"});
  exchange.look = [&](const HttpRequest& request) {
    CHECK(request.deadline == end);
    world.clock.advance_to(end);
  };
  CHECK(world.run({"invoke", "-m", "m", "--max-time", "1.5", "x"}) == 5);
  CHECK(world.terminal.output == "Hel\n");
  CHECK(world.terminal.errors.find("1.5 seconds (--max-time)") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("--max-time ends a chute's answer with 5 as well, whether it had begun or not") {
  fakes::World world;
  sign_in_beforehand(world);
  const Error late{ErrorKind::network, "me-mine.chutes.ai did not finish within the time limit"};
  auto& exchange = world.http.expect("POST", cord, 200);
  exchange.look = [&](const HttpRequest& request) { world.clock.advance_to(request.deadline); };
  SUBCASE("not begun") {
    exchange.failure = std::make_exception_ptr(late);
    CHECK(world.run({"invoke", cord, "-d", "{}", "--max-time", "2"}) == 5);
  }
  SUBCASE("begun") {
    exchange.response.headers = {{"Content-Type", "text/plain"}};
    exchange.pieces = {"half"};
    exchange.cut = std::make_exception_ptr(late);
    CHECK(world.run({"invoke", cord, "-d", "{}", "--max-time", "2"}) == 5);
    CHECK(world.terminal.output == "half");
  }
  CHECK(world.terminal.errors.find("2 seconds (--max-time)") != std::string::npos);
}

TEST_CASE("a pause that --max-time does not allow is not begun") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", chat_url, 429).response.headers = {{"Retry-After", "60"}};
  CHECK(world.run({"invoke", "-m", "m", "--retry", "5", "--max-time", "10", "x"}) == 9);
  CHECK(world.signals.pauses.empty());
}
