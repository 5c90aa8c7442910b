// What the options of `invoke -m` put into the request, and what they make of the answer.
#include "base/base64.hpp"
#include "base/json_fields.hpp"
#include "cli/invoke/chat_events.hpp"
#include "cli/temporary_file.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string png = "\x89PNG\r\n\x1A\n...";
const std::string person_schema =
    R"({"title":"person","type":"object","required":["born"],"properties":{"born":{"type":"integer"}}})";

// The model says this in one piece, which is JSON in a JSON text, and stops for that reason.
void answer_with(fakes::World& world, const std::string& content, const char* reason = "stop") {
  const Json document{
      {"choices", {{{"message", {{"role", "assistant"}, {"content", content}}}, {"finish_reason", reason}}}}};
  answer(world, {json_line(document)});
}

Json sent(const fakes::World& world) {
  return *parse_json(world.http.requests.back().body);
}

} // namespace

TEST_CASE("--attach sends images as parts of the message, and texts inside the prompt") {
  fakes::World world;
  const TemporaryFile image{png, "chart"};
  const TemporaryFile notes{"two\n", "notes.txt"};
  answer(world, {said("a cat"), finished("stop"), done_marker});
  CHECK(world.run({"invoke", "-m", "m", "--attach", image.path(), "--attach", "https://example.org/cat.png",
                   "--attach", notes.path(), "What is this?"}) == 0);
  const auto content = sent(world)["messages"][0]["content"];
  REQUIRE(content.size() == 3);
  CHECK(content[0]["text"] == "What is this?\n\nnotes.txt:\n```\ntwo\n```");
  CHECK(content[1]["image_url"]["url"] == "data:image/png;base64," + base64_encode(png));
  CHECK(content[2]["image_url"]["url"] == "https://example.org/cat.png");
}

TEST_CASE("an attachment that cannot be sent is a usage error, and nothing is sent") {
  fakes::World world;
  sign_in_beforehand(world);
  const TemporaryFile program{std::string{"\x7F"
                                          "ELF\0",
                                          5}};
  CHECK(world.run({"invoke", "-m", "m", "--attach", program.path(), "x"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--attach", "/nowhere/at/all", "x"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--attach", "http://example.org/cat.png", "x"}) == 2);
  CHECK(world.http.requests.empty());
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("--stop, --seed, --param and --param-json go into the body, brackets and all") {
  fakes::World world;
  answer(world, {said("a"), finished("stop"), done_marker});
  CHECK(world.run({"invoke", "-m", "m", "--stop", "[END]", "--stop", "a,b", "--seed", "7", "--param",
                   "top_p=0.9", "--param", "user=ada", "--param-json", R"(logit_bias={"7":-1})", "x"}) == 0);
  auto body = sent(world);
  body.erase("model");
  body.erase("messages");
  CHECK(json_line(body) ==
        R"({"stream":true,"stop":["[END]","a,b"],"seed":7,"top_p":0.9,"user":"ada","logit_bias":{"7":-1}})");
}

TEST_CASE("a parameter never says silently what an option says too") {
  fakes::World world;
  sign_in_beforehand(world);
  const auto names = [&](std::vector<std::string> words, const std::string& parameter,
                         const std::string& option) {
    world.terminal.errors.clear();
    words.insert(words.begin(), {"invoke", "-m", "m", "x"});
    CHECK(world.run(words) == 2);
    const auto message = world.terminal.errors.substr(0, world.terminal.errors.find('\n'));
    CHECK(message.find(" " + parameter + " ") != std::string::npos);
    CHECK(message.ends_with(" " + option));
  };
  names({"--param", "model=other"}, "model", "-m");
  check_golden(world.terminal.errors);
  names({"--param-json", "messages=[]"}, "messages", "the prompt");
  names({"--param", "stream=false"}, "stream", "--no-stream");
  names({"--param", "temperature=1", "--temperature", "0.5"}, "temperature", "--temperature");
  names({"--param", "max_tokens=1", "--max-tokens", "2"}, "max_tokens", "--max-tokens");
  names({"--param", "seed=1", "--seed", "2"}, "seed", "--seed");
  names({"--param", "stop=a", "--stop", "b"}, "stop", "--stop");
  CHECK(world.http.requests.empty());
}

TEST_CASE("a parameter may say what no option was given for") {
  fakes::World world;
  answer(world, {said("a"), finished("stop"), done_marker});
  CHECK(world.run({"invoke", "-m", "m", "--param", "temperature=0.5", "x"}) == 0);
  CHECK(sent(world)["temperature"] == 0.5);
}

TEST_CASE("--schema asks for JSON of that form, and an answer that fits passes") {
  fakes::World world;
  const TemporaryFile schema{person_schema};
  answer_with(world, R"({"born":1815})");
  CHECK(world.run({"invoke", "-m", "m", "--no-stream", "--schema", schema.path(), "Ada"}) == 0);
  CHECK(world.terminal.output == "{\"born\":1815}\n");
  CHECK(world.terminal.errors.empty());
  CHECK(json_line(sent(world)["response_format"]) ==
        R"({"type":"json_schema","json_schema":{"name":"person","schema":)" + person_schema +
            R"(,"strict":true}})");
}

TEST_CASE("an answer that breaks the schema exits 6 and says where, and the answer stands") {
  fakes::World world;
  const TemporaryFile schema{person_schema};
  SUBCASE("a value of another type") {
    answer_with(world, R"({"born":"1815"})");
    CHECK(world.run({"invoke", "-m", "m", "--no-stream", "--schema", schema.path(), "Ada"}) == 6);
    CHECK(world.terminal.output == "{\"born\":\"1815\"}\n");
    CHECK(world.terminal.errors.find("schema: born: ") != std::string::npos);
  }
  SUBCASE("no JSON at all") {
    answer_with(world, "In 1815.");
    CHECK(world.run({"invoke", "-m", "m", "--no-stream", "--schema", schema.path(), "Ada"}) == 6);
    CHECK(world.terminal.output == "In 1815.\n");
    check_golden(world.terminal.errors);
  }
  SUBCASE("with --json the whole object stands too") {
    answer_with(world, "{}");
    CHECK(world.run({"invoke", "-m", "m", "--no-stream", "--json", "--schema", schema.path(), "Ada"}) == 6);
    CHECK(world.terminal.output.find(R"("content":"{}")") != std::string::npos);
    CHECK(world.terminal.errors.find(R"("kind":"service")") != std::string::npos);
  }
}

TEST_CASE("an answer for a schema that the length limit cut is incomplete, not wrong") {
  fakes::World world;
  const TemporaryFile schema{person_schema};
  answer_with(world, R"({"born":18)", "length");
  CHECK(world.run({"invoke", "-m", "m", "--no-stream", "--schema", schema.path(), "Ada"}) == 10);
  CHECK(world.terminal.errors.find("--max-tokens") != std::string::npos);
}

TEST_CASE("a schema that cannot be checked here is sent all the same, and that is said") {
  fakes::World world;
  const TemporaryFile schema{R"({"type":"object","properties":{"a":{"type":"no such type"}}})"};
  answer_with(world, R"({"a":1})");
  CHECK(world.run({"invoke", "-m", "m", "--no-stream", "--schema", schema.path(), "x"}) == 0);
  CHECK(world.terminal.errors.find("\"type\"") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("a file of --schema that holds no schema is a usage error") {
  fakes::World world;
  sign_in_beforehand(world);
  const TemporaryFile words{"no schema"};
  const TemporaryFile list{"[]"};
  for (const auto& path : {words.path(), list.path(), std::string{"/nowhere/at/all"}})
    CHECK(world.run({"invoke", "-m", "m", "--schema", path, "x"}) == 2);
  CHECK(world.http.requests.empty());
}

TEST_CASE("--fail-on names the endings that are failures, and --strict means both") {
  struct Ending {
    const char* reason;
    const char* named;
    const char* other;
  };
  for (const auto& ending :
       {Ending{"length", "length", "filter"}, Ending{"content_filter", "filter", "length"}}) {
    const auto run = [&](const std::vector<std::string>& words) {
      fakes::World world;
      answer(world, {said("Hel"), finished(ending.reason), done_marker});
      std::vector<std::string> all{"invoke", "-m", "m", "x"};
      all.insert(all.end(), words.begin(), words.end());
      const int code = world.run(all);
      CHECK(world.terminal.output == "Hel\n");
      return code;
    };
    CHECK(run({"--fail-on", ending.named}) == 10);
    CHECK(run({"--fail-on", ending.other}) == 0);
    CHECK(run({"--fail-on", "length", "--fail-on", "filter"}) == 10);
    CHECK(run({"--strict"}) == 10);
    CHECK(run({}) == 0);
  }
  fakes::World world;
  CHECK(world.run({"invoke", "-m", "m", "--fail-on", "stop", "x"}) == 2);
}

TEST_CASE("refusals, tool calls, other answers and unknown members are said on standard error") {
  fakes::World world;
  const std::string message =
      R"({"choices":[{"message":{"content":null,"refusal":"I can\u001b[2Jnot.","audio":{"id":"a"},"tool_calls":[)"
      R"({"id":"t","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Graz\"}"}}]},)"
      R"("finish_reason":"tool_calls"},{"message":{"content":"other"}}]})";
  answer(world, {message});
  SUBCASE("as text") {
    CHECK(world.run({"invoke", "-m", "m", "--no-stream", "x"}) == 0);
    CHECK(world.terminal.output.empty());
    for (const char* fact :
         {": I cannot.\n", ": weather({\"city\":\"Graz\"})\n", "2 answers", "'audio'", "tool_calls"})
      CHECK_MESSAGE(world.terminal.errors.find(fact) != std::string::npos, fact);
    check_golden(world.terminal.errors);
  }
  SUBCASE("as JSON: all of it is on standard output") {
    CHECK(world.run({"invoke", "-m", "m", "--no-stream", "--json", "x"}) == 0);
    CHECK(world.terminal.output == json_line(*parse_json(message)) + "\n");
    CHECK(world.terminal.errors.empty());
  }
  SUBCASE("a refusal is what --fail-on filter fails on") {
    CHECK(world.run({"invoke", "-m", "m", "--no-stream", "--fail-on", "filter", "x"}) == 10);
  }
}

TEST_CASE("--usage tells the cost where `models` has told the prices, and asks nobody for them") {
  fakes::World world;
  world.variables["HOME"] = "/home/ada";
  world.http.expect(
      "GET", "https://llm.chutes.ai/v1/models", 200,
      R"({"data":[{"id":"m","price":{"input":{"usd":1},"output":{"usd":2.5}}},{"id":"free"}]})");
  CHECK(world.run({"models"}) == 0);
  const auto usage_of = [&](const std::string& model) {
    world.terminal.errors.clear();
    answer(world, {said("Hello"), finished("stop"), done_marker});
    CHECK(world.run({"invoke", "-m", model, "--usage", "x"}) == 0);
    return world.terminal.errors;
  };
  const auto costs = usage_of("m");
  CHECK(costs.find("$0.000053") != std::string::npos);
  CHECK(usage_of("free").find('$') == std::string::npos);
  check_golden(costs + usage_of("free"));
  world.clock.advance(std::chrono::hours{24 * 31});
  world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
  CHECK(usage_of("m").find('$') == std::string::npos);
}

TEST_CASE("--dry-run and --curl show what the options make, and send nothing") {
  fakes::World world;
  world.terminal.input = "";
  CHECK(world.run({"invoke", "-m", "m", "--stop", "END", "--param", "top_p=0.9", "--attach",
                   "https://example.org/cat.png", "--dry-run", "x"}) == 0);
  CHECK(world.terminal.output.find("https://example.org/cat.png") != std::string::npos);
  CHECK(world.terminal.output.find(R"("stop":["END"],"top_p":0.9)") != std::string::npos);
  CHECK(world.terminal.output.find("Bearer …") != std::string::npos);
  CHECK(world.http.requests.empty());
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("the data of an image is cut short for eyes only, and is whole for a shell") {
  fakes::World world;
  const TemporaryFile image{png + std::string(200'000, 'p'), "cat.png"};
  const auto data = base64_encode(png + std::string(200'000, 'p'));
  SUBCASE("on a terminal") {
    world.terminal.output_tty = true;
    CHECK(world.run({"invoke", "-m", "m", "--attach", image.path(), "--dry-run", "x"}) == 0);
    CHECK(world.terminal.output.find(data.substr(0, 64) + "… (260.4 KiB)\"}}]}],\"stream\":true}\n") !=
          std::string::npos);
  }
  SUBCASE("in a pipe") {
    CHECK(world.run({"invoke", "-m", "m", "--attach", image.path(), "--dry-run", "x"}) == 0);
    CHECK(world.terminal.output.find(data) != std::string::npos);
  }
  SUBCASE("for curl, beside the command line, which has no room for it") {
    CHECK(world.run({"invoke", "-m", "m", "--attach", image.path(), "--curl", "x"}) == 0);
    const auto& text = world.terminal.output;
    const auto body =
        text.substr(text.find('\n'), text.find("END_OF_BODY\nchutes-login token") - text.find('\n'));
    CHECK(base64_decode_any(body).value_or("").find(data) != std::string::npos);
    CHECK(text.ends_with("--data-binary @/dev/fd/3; } 3<&0\n"));
  }
}

TEST_CASE("options of a chat without a model are a usage error, not passed over") {
  fakes::World world;
  sign_in_beforehand(world);
  for (const char* option : {"--usage", "--strict", "--continue", "--no-stream"})
    CHECK(world.run({"invoke", "FLUX.1-schnell", option}) == 2);
  CHECK(world.run({"invoke", "FLUX.1-schnell", "--system", "Be brief"}) == 2);
  CHECK(world.run({"invoke", "FLUX.1-schnell", "--param", "a=b"}) == 2);
  CHECK(world.http.requests.empty());
  check_golden(
      world.terminal.errors.substr(0, world.terminal.errors.find('\n', world.terminal.errors.find("hint:"))));
}
