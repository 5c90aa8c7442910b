// The traps of the service's streams and refusals, each by its name: what a client that believed the
// documentation would trip over.
#include "cli/invoke/chat_events.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace chutes;
using namespace chutes::flows;

namespace {

std::string event(const std::string& data) {
  return "data: " + data + "\n\n";
}

// A piece of the answer beside which usage stands, as the service's engines send it.
std::string counted(const std::string& text, int tokens) {
  return event(R"({"choices":[{"index":0,"delta":{"content":")" + text +
               R"("}}],"usage":{"prompt_tokens":3,"completion_tokens":)" + std::to_string(tokens) + "}}");
}

// A refusal by the service, before the first word: the exit code, and what is said.
std::pair<int, std::string> refused(int status, const std::string& body, const HttpHeaders& headers = {}) {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", chat_url, status, body).response.headers = headers;
  const int code = world.run({"invoke", "-m", "m", "x"});
  CHECK(world.terminal.output.empty());
  return {code, world.terminal.errors};
}

} // namespace

TEST_CASE("trap: usage in every chunk is the count so far, not a sum") {
  fakes::World world;
  answer(world, {counted("a", 1), counted("b", 2), counted("c", 3), finished("stop"), done_marker});
  CHECK(world.run({"invoke", "-m", "m", "--usage", "x"}) == 0);
  CHECK(world.terminal.errors.find("usage: 3 tokens in, 20 out") == 0); // of the last chunk
}

TEST_CASE("trap: a last chunk with empty choices ends nothing early and says nothing") {
  fakes::World world;
  answer(world, {said("Hello"), finished("stop"),
                 event(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":20}})"), done_marker});
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 0);
  CHECK(world.terminal.output == "Hello\n");
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("trap: a missing [DONE] is forgiven after a finish_reason, and is a cut without one") {
  fakes::World whole;
  answer(whole, {said("Hello"), finished("stop")});
  CHECK(whole.run({"invoke", "-m", "m", "x"}) == 0);
  fakes::World cut;
  answer(cut, {said("Hello")});
  CHECK(cut.run({"invoke", "-m", "m", "x"}) == 10);
}

TEST_CASE("trap: data: {\"error\": …} in mid-stream is the service's failure, whatever comes after it") {
  fakes::World world;
  answer(world, {said("Hel"), event(R"({"error":{"message":"engine died"}})"), said("lo"), done_marker});
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 6);
  CHECK(world.terminal.output == "Hel\n");
  CHECK(world.terminal.errors.find(": engine died") != std::string::npos);
}

TEST_CASE("trap: a bare JSON error at the end of a 200 stream, without data: and line break, is a failure") {
  fakes::World world;
  answer(world, {said("Hel"), R"({"error":"Unhandled exception during response stream: boom"})"});
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 6);
  CHECK(world.terminal.output == "Hel\n");
  CHECK(world.terminal.errors.find("Unhandled exception during response stream: boom") != std::string::npos);
}

TEST_CASE("trap: reasoning_content is not the answer: hidden, or shown dimmed on standard error") {
  const std::string thought =
      event(R"({"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"Let me think.\n"}}]})");
  fakes::World hidden;
  answer(hidden, {thought, said("Hello"), finished("stop"), done_marker});
  CHECK(hidden.run({"invoke", "-m", "m", "x"}) == 0);
  CHECK(hidden.terminal.output == "Hello\n");
  CHECK(hidden.terminal.errors.empty());
  fakes::World shown;
  answer(shown, {thought, said("Hello"), finished("stop"), done_marker});
  CHECK(shown.run({"invoke", "-m", "m", "--reasoning", "show", "--color", "always", "x"}) == 0);
  CHECK(shown.terminal.output == "Hello\n");
  CHECK(shown.terminal.errors == "\x1b[2mLet me think.\x1b[0m\n");
}

TEST_CASE("trap: the detail of a 402 is a string, or an object with a message and a moment") {
  const auto [code, text] = refused(402, R"({"detail":"Subscription usage cap exceeded."})");
  CHECK(code == 9);
  CHECK(text.find("Subscription usage cap exceeded.") != std::string::npos);
  const auto [other_code, other_text] = refused(
      402,
      R"({"detail":{"message":"Quota exceeded and account balance is $0.0","quota_reset_timestamp":"2026-11-24T00:00:00Z"}})");
  CHECK(other_code == 9);
  CHECK(other_text.find("Quota exceeded and account balance is $0.0") != std::string::npos);
  CHECK(other_text.find("2026-11-24T00:00:00Z") != std::string::npos);
}

TEST_CASE("trap: a 429 is an HTML page, of which nothing is repeated") {
  const auto [code, text] = refused(429, "<html><head><title>429 Too Many Requests</title></head></html>",
                                    {{"Content-Type", "text/html"}});
  CHECK(code == 9);
  CHECK(text.find('<') == std::string::npos);
  CHECK(text.find("status 429") != std::string::npos);
}

TEST_CASE("trap: there is no Retry-After anywhere, and nobody waits for one") {
  const auto [code, text] =
      refused(429, R"({"detail":"Infrastructure is at maximum capacity, try again later"})");
  CHECK(code == 9);
  CHECK(text.find("try again") != std::string::npos);
}

TEST_CASE("trap: an expired token is told as if nobody had signed in, and is replaced once") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", chat_url, 401, R"({"detail":"Authentication required."})");
  expect_refresh(world);
  world.http.expect("POST", chat_url, 401, R"({"detail":"Authentication required."})");
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 3);
  CHECK(world.terminal.errors.find("hint: ") != std::string::npos);
}

TEST_CASE("trap: a slow job is silent for up to half an hour, and is waited for") {
  fakes::World world;
  answer(world, {said("a"), finished("stop"), done_marker}).look = [](const HttpRequest& request) {
    CHECK(request.idle_limit == std::chrono::seconds{1800});
    CHECK(request.connect_limit == std::chrono::seconds{10});
  };
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 0);
}

TEST_CASE("trap: identical bodies are cheaper, so nothing in one is random or dated") {
  fakes::World world;
  for (int time = 0; time < 2; ++time) {
    answer(world, {said("a"), finished("stop"), done_marker});
    CHECK(world.run({"invoke", "-m", "m", "--seed", "1", "--param", "top_p=0.9", "x"}) == 0);
    world.clock.advance(std::chrono::seconds{100});
  }
  REQUIRE(world.http.requests.size() == 2);
  CHECK(world.http.requests[0].body == world.http.requests[1].body);
}

TEST_CASE("trap: `stream` is a real boolean, or no cord matches") {
  fakes::World world;
  answer(world, {said("a"), finished("stop"), done_marker});
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 0);
  CHECK(world.http.requests.back().body.find(R"("stream":true)") != std::string::npos);
}

TEST_CASE("trap: a refusal before the stream, an error in it, a cut and silence are four different endings") {
  const auto code_of = [](const std::function<void(fakes::World&)>& script) {
    fakes::World world;
    script(world);
    return world.run({"invoke", "-m", "m", "x"});
  };
  const auto silence = std::make_exception_ptr(Error{ErrorKind::network, "nothing came for 30 minutes"});
  CHECK(code_of([](fakes::World& world) {
          sign_in_beforehand(world);
          world.http.expect("POST", chat_url, 503, R"({"detail":"No instances available"})");
        }) == 6);
  CHECK(code_of([](fakes::World& world) { answer(world, {said("a"), event(R"({"error":"x"})")}); }) == 6);
  CHECK(code_of([](fakes::World& world) { answer(world, {said("a")}); }) == 10);
  CHECK(code_of([&](fakes::World& world) { answer(world, {said("a")}).cut = silence; }) == 10);
  CHECK(code_of([&](fakes::World& world) { answer(world, {}).failure = silence; }) == 5);
}
