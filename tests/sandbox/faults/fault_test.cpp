#include "base/error.hpp"
#include "sandbox/faults/fault.hpp"
#include "sandbox/faults/fault_stream.hpp"

#include <doctest/doctest.h>

namespace chutes::sandbox {
namespace {

using namespace std::chrono_literals;

FaultPlan& plan_of(FaultPlan& plan, std::initializer_list<const char*> specs) {
  for (const char* spec : specs)
    plan.add(spec);
  return plan;
}

// What a client sees of `body`, given in blocks as an answer writes it.
struct Seen {
  std::string bytes;
  FaultyBody::State state = FaultyBody::State::open;
};
Seen bend(const char* action, const std::vector<std::string>& blocks) {
  FaultPlan plan;
  plan.add("/x:" + std::string{action});
  Seen seen;
  FaultyBody body{plan.take("/x"), plan};
  const FaultyBody::Send send = [&seen](std::string_view bytes) {
    seen.bytes += bytes;
    return true;
  };
  for (const auto& block : blocks)
    if (!body.pass(block, send))
      break;
  body.finish(send);
  seen.state = body.state();
  return seen;
}

const std::vector<std::string> stream{"data: {\"n\":1}\n\n", "data: {\"n\":2}\n\n", "data: [DONE]\n\n"};

TEST_CASE("a fault is a path, an optional number of the request, an action and its value") {
  CHECK(parse_fault("/idp/token@2:status=503") == FaultRule{"/idp/token", false, 2, "status", "503"});
  CHECK(parse_fault("/idp/token:lost") == FaultRule{"/idp/token", false, std::nullopt, "lost", ""});
  CHECK(parse_fault("/users/*:delay=20") == FaultRule{"/users/", true, std::nullopt, "delay", "20"});
  CHECK(parse_fault("*:empty") == FaultRule{"", true, std::nullopt, "empty", ""});
}

TEST_CASE("a fault that is not well written is refused") {
  for (const char* spec :
       {"", "/x", "/x:", "/x:nonsense", "x:lost", "/x@0:lost", "/x@a:lost", "/x:status", "/x:status=9",
        "/x:status=abc", "/x:lost=1", "/x:cut", "/x:delay=-1", "cut-stream"}) {
    CAPTURE(spec);
    CHECK_THROWS_AS(static_cast<void>(parse_fault(spec)), Error);
  }
}

TEST_CASE("a refused fault leaves the plan as it was") {
  FaultPlan plan;
  CHECK_THROWS_AS(plan.add("/x:nonsense"), Error);
  CHECK(plan.take("/x") == Fault{});
}

TEST_CASE("a fault hits its path alone, with or without the host in front") {
  FaultPlan plan;
  plan.add("/v1/models:lost");
  CHECK(plan.take("/v1/models").lost);
  CHECK(plan.take("/_host/llm/v1/models").lost);
  CHECK_FALSE(plan.take("/v1/model").lost);
  CHECK_FALSE(plan.take("/v1/models/x").lost);
}

TEST_CASE("a star at the end of the path matches any rest") {
  FaultPlan plan;
  plan.add("/users/*:lost");
  CHECK(plan.take("/users/me").lost);
  CHECK(plan.take("/users/me/quotas").lost);
  CHECK_FALSE(plan.take("/user").lost);
}

TEST_CASE("a numbered fault hits that matching request only, counted from when it was set") {
  FaultPlan plan;
  plan.add("/x@2:lost");
  CHECK_FALSE(plan.take("/x").lost);
  CHECK_FALSE(plan.take("/y").lost);
  CHECK(plan.take("/x").lost);
  CHECK_FALSE(plan.take("/x").lost);
}

TEST_CASE("faults that hit one request are combined") {
  FaultPlan plan;
  const Fault fault =
      plan_of(plan, {"/x:status=429", "/x:retry-after=3", "*:skew=-60", "/x@1:delay=5"}).take("/x");
  Fault expected;
  expected.status = 429;
  expected.retry_after = 3;
  expected.skew = -60s;
  expected.delay = 5ms;
  CHECK(fault == expected);
}

TEST_CASE("clearing the plan ends every fault") {
  FaultPlan plan;
  plan_of(plan, {"/x:lost", "*:empty"}).clear();
  CHECK(plan.take("/x") == Fault{});
}

TEST_CASE("a stopped plan waits no longer, so that a server can shut down") {
  FaultPlan plan;
  plan.stop();
  CHECK_FALSE(plan.pause(1h));
}

TEST_CASE("the help names every action with its value") {
  const auto help = fault_help();
  for (const char* action :
       {"delay=MS", "status=NNN", "retry-after=S", "html=NNN", "text=NNN", "json-type=MEMBER",
        "truncate=BYTES", "reset=BYTES", "empty", "huge=BYTES", "drip=MS", "lost", "cut=EVENTS", "no-done",
        "bare-error=EVENTS", "error-event=EVENTS", "skew=SECONDS"})
    CHECK(help.find("  " + std::string{action}) != std::string::npos);
}

TEST_CASE("a truncated body ends at its byte, however it was written, and the connection breaks") {
  const auto seen = bend("truncate=7", {"abc", "def", "ghi"});
  CHECK(seen.bytes == "abcdefg");
  CHECK(seen.state == FaultyBody::State::cut);
}

TEST_CASE("a truncation beyond the end of a body changes nothing") {
  const auto seen = bend("truncate=9", {"abc", "def", "ghi"});
  CHECK(seen.bytes == "abcdefghi");
  CHECK(seen.state == FaultyBody::State::open);
}

TEST_CASE("a cut stream breaks after its events") {
  const auto seen = bend("cut=1", stream);
  CHECK(seen.bytes == stream[0]);
  CHECK(seen.state == FaultyBody::State::cut);
}

TEST_CASE("events are counted even when they arrive in one block") {
  CHECK(bend("cut=2", {stream[0] + stream[1] + stream[2]}).bytes == stream[0] + stream[1]);
}

TEST_CASE("a stream without its end marker ends in good order") {
  const auto seen = bend("no-done", stream);
  CHECK(seen.bytes == stream[0] + stream[1]);
  CHECK(seen.state == FaultyBody::State::open);
}

TEST_CASE("a late failure is a bare JSON error without a line end, then the end") {
  const auto seen = bend("bare-error=1", stream);
  CHECK(seen.bytes ==
        stream[0] + R"({"error":"Unhandled exception during response stream: upstream disconnected"})");
  CHECK(seen.state == FaultyBody::State::ended);
}

TEST_CASE("an engine's failure is an error event, then the end") {
  const auto seen = bend("error-event=2", stream);
  CHECK(seen.bytes.starts_with(stream[0] + stream[1] + "data: {\"error\": {"));
  CHECK(seen.bytes.ends_with("}}\n\n"));
  CHECK(seen.state == FaultyBody::State::ended);
}

TEST_CASE("a dripping body arrives whole") {
  CHECK(bend("drip=0", {"abc", "def"}).bytes == "abcdef");
}

} // namespace
} // namespace chutes::sandbox
