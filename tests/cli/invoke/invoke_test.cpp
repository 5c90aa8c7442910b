#include "cli/invoke/chat_events.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::vector<std::string> hello{said("Hel"), said("lo"), finished("stop"), done_marker};

} // namespace

TEST_CASE("invoke sends the prompt with a token to the llm host, connects ahead, and waits long") {
  fakes::World world;
  answer(world, hello).look = [](const HttpRequest& request) {
    CHECK(request.headers == HttpHeaders{{"Authorization", "Bearer cak_first"},
                                         {"Content-Type", "application/json"},
                                         {"Accept", "text/event-stream"}});
    CHECK(request.body ==
          R"({"model":"m","messages":[{"role":"user","content":"Say hello"}],"stream":true})");
    CHECK(request.idle_limit == std::chrono::seconds{1800});
  };
  CHECK(world.run({"invoke", "-m", "m", "Say", "hello"}) == 0);
  CHECK(world.terminal.output == "Hello\n");
  CHECK(world.terminal.errors.empty());
  REQUIRE(!world.http.prepared.empty());
  CHECK(world.http.prepared.front().host == "llm.chutes.ai");
}

TEST_CASE("invoke --timeout replaces the long patience") {
  fakes::World world;
  answer(world, hello).look = [](const HttpRequest& request) {
    CHECK(request.idle_limit == std::chrono::seconds{5});
  };
  CHECK(world.run({"invoke", "-m", "m", "--timeout", "5", "hello"}) == 0);
}

TEST_CASE("invoke takes what is piped in after its words, and its options into the body") {
  fakes::World world;
  world.terminal.input_piped = true;
  world.terminal.input = "text\n";
  answer(world, hello).look = [](const HttpRequest& request) {
    CHECK(
        request.body ==
        R"({"model":"m","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"Explain\n\ntext\n"}],"stream":true,"temperature":0.5,"max_tokens":7})");
  };
  CHECK(world.run({"invoke", "-m", "m", "--system", "Be brief", "--temperature", "0.5", "--max-tokens", "7",
                   "Explain"}) == 0);
}

TEST_CASE("invoke --no-stdin leaves standard input alone, and requires a prompt then") {
  fakes::World world;
  world.terminal.input_piped = true;
  world.terminal.input = "the next lines of a loop";
  SUBCASE("with a prompt") {
    answer(world, hello).look = [](const HttpRequest& request) {
      CHECK(request.body.find("loop") == std::string::npos);
    };
    CHECK(world.run({"invoke", "-m", "m", "--no-stdin", "-n", "Hi"}) == 0);
    CHECK(world.terminal.output == "Hello");
  }
  SUBCASE("without") {
    CHECK(world.run({"invoke", "-m", "m", "--no-stdin"}) == 2);
    CHECK(world.terminal.errors.find("--no-stdin") != std::string::npos);
    check_golden(world.terminal.errors);
  }
  SUBCASE("without, and with a conversation that may have been meant as one") {
    CHECK(world.run({"invoke", "-m", "m", "--no-stdin", "--continue", "hello"}) == 2);
  }
  SUBCASE("they are options of a chat") {
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "--no-stdin"}) == 2);
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-n"}) == 2);
  }
}

TEST_CASE("invoke prints each piece the moment it arrives") {
  fakes::World world;
  auto& exchange = answer(world, {said("one ")});
  exchange.pieces.push_back(said("two ") + said("three").substr(0, 20));
  exchange.pieces.push_back(said("three").substr(20) + done_marker);
  world.terminal.reader_takes = 8;
  CHECK(world.run({"invoke", "-m", "m", "count"}) == 141);
  CHECK(world.terminal.output == "one two ");
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("invoke on a terminal neutralises what the model says and ends the line; --raw does not") {
  fakes::World world;
  world.terminal.output_tty = true;
  answer(world, {said("a\\u001b[3"), said("1mb"), finished("stop"), done_marker});
  SUBCASE("filtered") {
    CHECK(world.run({"invoke", "-m", "m", "x"}) == 0);
    CHECK(world.terminal.output == "ab\n");
  }
  SUBCASE("raw") {
    CHECK(world.run({"invoke", "-m", "m", "--raw", "x"}) == 0);
    CHECK(world.terminal.output == "a\x1b[31mb\n");
  }
}

TEST_CASE("invoke --json prints the complete response object, assembled or as it was served") {
  fakes::World world;
  SUBCASE("streamed") {
    answer(world, hello);
    CHECK(world.run({"invoke", "-m", "m", "--json", "--usage", "x"}) == 0);
    CHECK(
        world.terminal.output ==
        R"({"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":20}})"
        "\n");
  }
  SUBCASE("not streamed") {
    const std::string document = R"({"choices":[{"message":{"content":"Hello"}}],"z":1})";
    answer(world, {document}).look = [](const HttpRequest& request) {
      CHECK(request.body.find(R"("stream":false)") != std::string::npos);
      CHECK(request.headers.back().second == "application/json");
    };
    CHECK(world.run({"invoke", "-m", "m", "--json", "--no-stream", "x"}) == 0);
    CHECK(world.terminal.output == document + "\n");
  }
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("invoke --no-stream prints the same text") {
  fakes::World world;
  answer(world, {R"({"choices":[{"message":{"content":"Hello"}}]})"});
  CHECK(world.run({"invoke", "-m", "m", "--no-stream", "x"}) == 0);
  CHECK(world.terminal.output == "Hello\n");
}

TEST_CASE("invoke --usage says on standard error what it took") {
  fakes::World world;
  answer(world, hello).look = [&](const HttpRequest&) { world.clock.advance(std::chrono::seconds{2}); };
  CHECK(world.run({"invoke", "-m", "m", "--usage", "x"}) == 0);
  for (const char* fact : {"3 tokens in", "20 out", "2.00 s"})
    CHECK(world.terminal.errors.find(fact) != std::string::npos);
  CHECK(world.terminal.errors.find("tokens/s") == std::string::npos); // all of it came at once
  CHECK(world.terminal.output == "Hello\n");
}

TEST_CASE("invoke --no-stream --usage takes the whole time for the rate") {
  fakes::World world;
  answer(
      world,
      {R"({"choices":[{"message":{"content":"Hello"}}],"usage":{"prompt_tokens":3,"completion_tokens":20}})"})
      .look = [&](const HttpRequest&) { world.clock.advance(std::chrono::seconds{2}); };
  CHECK(world.run({"invoke", "-m", "m", "--usage", "--no-stream", "x"}) == 0);
  CHECK(world.terminal.errors.find("10 tokens/s") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("invoke --usage leaves out what negative counts would say") {
  fakes::World world;
  answer(
      world,
      {R"({"choices":[{"message":{"content":"Hello"}}],"usage":{"prompt_tokens":-3,"completion_tokens":-1}})"})
      .look = [&](const HttpRequest&) { world.clock.advance(std::chrono::seconds{2}); };
  CHECK(world.run({"invoke", "-m", "m", "--usage", "--no-stream", "x"}) == 0);
  for (const char* no_fact : {"-", "tokens/s", "$"})
    CHECK_MESSAGE(world.terminal.errors.find(no_fact) == std::string::npos, no_fact);
  CHECK(world.terminal.errors.find("? tokens in") != std::string::npos);
}

TEST_CASE("an answer without text says so, because an empty line explains nothing") {
  fakes::World world;
  answer(world, {finished("tool_calls"), done_marker});
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 0);
  CHECK(world.terminal.output.empty());
  CHECK(world.terminal.errors.find("tool_calls") != std::string::npos);
  CHECK(world.terminal.errors.find("--json") != std::string::npos);
}

TEST_CASE(
    "invoke without model or chute, prompt or readable system file is a usage error, and nothing is sent") {
  fakes::World world;
  sign_in_beforehand(world);
  CHECK(world.run({"invoke"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "-o", "file", "hello"}) == 2);
  CHECK(world.run({"invoke", "-m", "", "hello"}) == 2);
  CHECK(world.run({"invoke", "-m", "m"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", " "}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--system", "@/nowhere/at/all", "hello"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--reasoning", "perhaps", "hello"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--max-tokens", "many", "hello"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--continue", "hello"}) == 2);
  CHECK(world.run({"invoke", "--jobs", "2", "-m", "m", "hello"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--retry", "101", "hello"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--max-time", "0", "hello"}) == 2);
  CHECK(world.run({"invoke", "-m"}) == 2);
  CHECK(world.http.requests.empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("invoke uses an API key where nobody is signed in") {
  fakes::World world;
  world.variables["CHUTES_API_KEY"] = "cpk_key";
  auto& exchange = world.http.expect("POST", chat_url, 200);
  exchange.pieces = hello;
  exchange.look = [](const HttpRequest& request) {
    CHECK(request.headers.front().second == "Bearer cpk_key");
  };
  CHECK(world.run({"invoke", "-m", "m", "x"}) == 0);
}
