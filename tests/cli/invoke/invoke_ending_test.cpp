// How invoke ends when the answer does not end well: the exit code, what stands on standard output, what is
// said.
#include "base/json_fields.hpp"
#include "cli/invoke/chat_events.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::flows;

namespace {

std::exception_ptr connection_lost() {
  return std::make_exception_ptr(
      Error{ErrorKind::network, "the connection to llm.chutes.ai was lost in the middle of the answer"});
}

} // namespace

TEST_CASE("a stream that stops early exits 10 with what came on standard output, and says how it stopped") {
  fakes::World world;
  auto& exchange = answer(world, {said("Hel"), said("lo")});
  std::string how;
  SUBCASE("it ended in order, without an end marker") {
    how = "end marker";
  }
  SUBCASE("the connection was lost") {
    exchange.cut = connection_lost();
    how = "the connection to llm.chutes.ai was lost in the middle of the answer";
  }
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 10);
  CHECK(world.terminal.output == "Hello\n");
  CHECK(world.terminal.errors.find(how) != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("a cut on a terminal leaves the error on a line of its own") {
  fakes::World world;
  world.terminal.output_tty = true;
  answer(world, {said("Hel")}).cut = connection_lost();
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 10);
  CHECK(world.terminal.output == "Hel\n");
}

TEST_CASE("an interruption leaves the line ended on a terminal, and says nothing") {
  fakes::World world;
  world.terminal.output_tty = true;
  answer(world, {said("Hel")}).cut = std::make_exception_ptr(Error{ErrorKind::interrupted, "interrupted"});
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 130);
  CHECK(world.terminal.output == "Hel\n");
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("an error in mid-answer exits 6 with the service's reason, however it is written") {
  fakes::World world;
  SUBCASE("as an event") {
    answer(world, {said("Hel"), "data: {\"error\":{\"message\":\"engine died\"}}\n\n", done_marker});
  }
  SUBCASE("as bare JSON at the end") {
    answer(world, {said("Hel"), R"({"error":"engine died"})"});
  }
  SUBCASE("as bare JSON before the connection is lost") {
    answer(world, {said("Hel"), R"({"error":"engine died"})"}).cut = connection_lost();
  }
  CHECK(world.run({"invoke", "-m", "m", "--json", "x"}) == 6);
  CHECK(world.terminal.output.find(R"("content":"Hel")") != std::string::npos);
  const auto error = parse_json(world.terminal.errors).value_or(Json{});
  REQUIRE(error.contains("error"));
  CHECK(error["error"]["kind"] == "service");
  CHECK(error["error"]["exit_code"] == 6);
  CHECK(error["error"]["request_id"] == "inv-1");
  CHECK(error["error"]["message"].get<std::string>().ends_with(": engine died"));
  check_golden(world.terminal.errors);
}

TEST_CASE("--strict makes an answer that stopped at a limit or a filter incomplete") {
  for (const char* reason : {"length", "content_filter"}) {
    fakes::World world;
    answer(world, {said("Hel"), finished(reason), done_marker});
    CHECK(world.run({"invoke", "-m", "m", "--strict", "x"}) == 10);
    CHECK(world.terminal.output == "Hel\n");
    CHECK(world.terminal.errors.find(reason) != std::string::npos);
    check_golden(world.terminal.errors);
    fakes::World lenient;
    answer(lenient, {said("Hel"), finished(reason), done_marker});
    CHECK(lenient.run({"invoke", "-m", "m", "x"}) == 0);
  }
}

TEST_CASE("a refusal before the first word ends with its own code and an empty standard output") {
  struct Refusal {
    int status;
    const char* body;
    int code;
    const char* said;
  };
  const Refusal refusals[] = {
      {402, R"({"detail":{"message":"Quota exceeded"}})", 9, "Quota exceeded"},
      {429, "<html>Too Many Requests</html>", 9, "status 429"},
      {403, R"({"detail":"Token does not have permission for this resource"})", 8, "CHUTES_LLM_URL"},
      {404, R"({"detail":"model not found: m"})", 6, "model not found: m"},
      {503, R"({"detail":"No instances available"})", 6, "No instances available"},
      {500, "Internal Server Error", 6, ": Internal Server Error"}};
  for (const auto& refusal : refusals) {
    fakes::World world;
    sign_in_beforehand(world);
    world.http.expect("POST", chat_url, refusal.status, refusal.body);
    CHECK(world.run({"invoke", "-m", "m", "x"}) == refusal.code);
    CHECK(world.terminal.output.empty());
    CHECK_MESSAGE(world.terminal.errors.find(refusal.said) != std::string::npos, world.terminal.errors);
  }
}

TEST_CASE("any success may hold an answer, but one without content") {
  for (const auto& [status, code] : {std::pair{201, 0}, {202, 0}, {203, 0}, {206, 0}, {204, 6}, {205, 6}}) {
    CAPTURE(status);
    fakes::World world;
    sign_in_beforehand(world);
    world.http.expect("POST", chat_url, status,
                      R"({"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]})");
    CHECK(world.run({"invoke", "--no-stream", "-m", "m", "x"}) == code);
    CHECK((world.terminal.output == "Hello\n") == (code == 0));
  }
}

TEST_CASE("a connection that fails before the answer begins is the network's failure, not a cut answer") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", chat_url, 0).failure = connection_lost();
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 5);
}

TEST_CASE("a token the service no longer knows is replaced, and the answer is said once") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", chat_url, 401, R"({"detail":"Authentication required."})");
  expect_refresh(world);
  world.http.expect("POST", chat_url, 200).pieces = {said("Hello"), done_marker};
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 0);
  CHECK(world.terminal.output == "Hello\n");
  CHECK(world.http.requests.back().headers.front().second == "Bearer cak_second");
}
