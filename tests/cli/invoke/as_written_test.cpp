// What leaves and arrives as it is written: numbers, headers, methods, bodies.
#include "base/ascii.hpp"
#include "base/json_fields.hpp"
#include "cli/invoke/chat_events.hpp"
#include "cli/temporary_file.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::flows;

namespace {

using Words = std::vector<std::string>;

constexpr const char* cord_url = "https://ada-tool.chutes.ai/run";
const std::vector<std::string> numbers{
    "12345678901234567890123", "1E5", "1e5", "1.00", "0.10", "-0", "1e400", "5e-324", "9007199254740993.0"};

struct Cord : fakes::World {
  explicit Cord(const std::string& schema = "{}") {
    sign_in_beforehand(*this);
    http.expect("GET", "https://api.chutes.ai/chutes/tool", 200,
                R"({"chute_id":"c","name":"tool","slug":"ada-tool","user":{"username":"ada"},"cords":[
      {"public_api_path":"/run","public_api_method":"POST","function":"run","output_content_type":"application/json",
       "input_schema":)" +
                    schema + "}]}");
  }
  void answer(const std::string& body = "{}") {
    http.expect("POST", cord_url, 200, body).response.headers = {{"Content-Type", "application/json"}};
  }
  int call(const std::vector<std::string>& more) {
    std::vector<std::string> words{"invoke", "tool", "/run"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  [[nodiscard]] const HttpRequest& sent() const { return http.requests.back(); }
};

int ask(fakes::World& world, const std::vector<std::string>& more) {
  std::vector<std::string> words{"invoke", "-m", "m", "x"};
  words.insert(words.end(), more.begin(), more.end());
  return world.run(words);
}

} // namespace

TEST_CASE("a number of a field or a parameter is sent as written") {
  for (const auto& number : numbers) {
    CAPTURE(number);
    Cord cord;
    cord.answer();
    CHECK(cord.call({"-F", "n=" + number}) == 0);
    CHECK(cord.sent().body == "{\"n\":" + number + "}");
    for (const char* option : {"--param", "--param-json"}) {
      fakes::World world;
      answer(world, {said("a"), finished("stop"), done_marker});
      CHECK(ask(world, {option, "n=" + number}) == 0);
      CHECK(world.http.requests.back().body.ends_with("\"n\":" + number + "}"));
    }
  }
  Cord cord;
  cord.answer();
  CHECK(cord.call({"-F", R"(a={"b":[1E5,12345678901234567890123]})", "-F", "c.d[]=1.00"}) == 0);
  CHECK(cord.sent().body == R"({"a":{"b":[1E5,12345678901234567890123]},"c":{"d":[1.00]}})");
}

TEST_CASE("the body of -d, and a query made of it, keep their numbers") {
  Cord cord;
  cord.answer();
  CHECK(cord.call({"-d", R"({ "n": 1E5 })"}) == 0);
  CHECK(cord.sent().body == R"({ "n": 1E5 })");
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("GET", "https://ada-tool.chutes.ai/run?n=12345678901234567890123&m=1E5", 200, "{}")
      .response.headers = {{"Content-Type", "application/json"}};
  CHECK(world.run({"invoke", "https://ada-tool.chutes.ai/run", "-X", "GET", "-F", "n=12345678901234567890123",
                   "-F", "m=1E5"}) == 0);
}

TEST_CASE("the bodies of a batch and its results keep their numbers") {
  for (const auto& number : numbers) {
    if (number == "1e400")
      continue;
    CAPTURE(number);
    fakes::World world;
    sign_in_beforehand(world);
    world.line_files.files["in"] = R"({"messages":[],"seed":)" + number + "}\n";
    world.http.expect("GET", "https://llm.chutes.ai/v1/models", 200, R"({"data":[{"id":"m"}]})");
    world.http.expect("POST", chat_url, 200,
                      R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"n":)" + number +
                          "}");
    CHECK(world.run({"invoke", "--batch", "in", "-m", "m", "-o", "out"}) == 0);
    CHECK(world.http.requests.back().body.find("\"seed\":" + number + "}") != std::string::npos);
    CHECK(world.line_files.files.at("out").find("\"n\":" + number + "}") != std::string::npos);
  }
}

TEST_CASE("a schema of numbers is sent as written") {
  fakes::World world;
  const TemporaryFile schema{R"({"minimum":0.10,"maximum":1E5})"};
  answer(world, {R"({"choices":[{"message":{"content":"1e4"},"finish_reason":"stop"}]})"});
  CHECK(ask(world, {"--no-stream", "--schema", schema.path()}) == 0);
  CHECK(world.http.requests.back().body.find(R"({"minimum":0.10,"maximum":1E5})") != std::string::npos);
}

TEST_CASE("the numbers of an answer are printed as they came") {
  constexpr const char* document = R"({"n":12345678901234567890123,"m":[1E5,1.00]})";
  for (const bool on_terminal : {false, true})
    for (const bool json : {false, true}) {
      Cord cord;
      cord.answer(document);
      cord.terminal.output_tty = on_terminal;
      CHECK(cord.call(json ? std::vector<std::string>{"-d", "{}", "--json"}
                           : std::vector<std::string>{"-d", "{}"}) == 0);
      for (const char* number : {"12345678901234567890123", "1E5", "1.00"})
        CHECK(cord.terminal.output.find(number) != std::string::npos);
    }
}

TEST_CASE("the numbers of a chat are printed with --json as they came, streamed or whole") {
  for (const auto& number : numbers) {
    if (number == "1e400") // which no document holds
      continue;
    CAPTURE(number);
    for (const bool streamed : {false, true}) {
      fakes::World world;
      const std::string more = R"(,"n":[)" + number + R"(,{"m":)" + number + "}]}";
      const std::string choices = R"({"choices":[{"index":0,")";
      if (streamed)
        answer(world,
               {"data: " + choices + R"(delta":{"content":"Hi"},"finish_reason":"stop"}])" + more + "\n\n",
                done_marker});
      else
        answer(world, {choices + R"(message":{"content":"Hi"},"finish_reason":"stop"}])" + more});
      CHECK(ask(world, streamed ? std::vector<std::string>{"--json"}
                                : std::vector<std::string>{"--json", "--no-stream"}) == 0);
      CHECK(world.terminal.output.find("[" + number + ",{\"m\":" + number + "}]") != std::string::npos);
    }
  }
}

TEST_CASE("headers of -H are sent, those of the program's own and malformed ones are refused before anything "
          "is sent") {
  for (const auto& [header, name, value] : {std::tuple{"User-Agent: my-tool/1", "User-Agent", "my-tool/1"},
                                            {"user-agent:x", "user-agent", "x"},
                                            {"X-Empty:", "X-Empty", ""},
                                            {"X-Tab:\t a \t", "X-Tab", "a"},
                                            {"X-Colon: a:b", "X-Colon", "a:b"},
                                            {"X-Text: \xC3\xA4", "X-Text", "\xC3\xA4"},
                                            {"Accept: text/plain", "Accept", "text/plain"},
                                            {"Cookie: a=b", "Cookie", "a=b"}}) {
    CAPTURE(header);
    Cord cord;
    cord.answer();
    CHECK(cord.call({"-d", "{}", "-H", header}) == 0);
    const std::pair<std::string, std::string> expected{name, value};
    CHECK(std::count(cord.sent().headers.begin(), cord.sent().headers.end(), expected) == 1);
  }
  for (const auto& [given, name, values] : std::vector<std::tuple<Words, std::string, Words>>{
           {{"X-Tag: a", "X-Tag: b"}, "X-Tag", {"a", "b"}},
           {{"x-tag: b", "Other: x", "X-Tag: a", "X-Tag: b"}, "X-Tag", {"b", "a", "b"}},
           {{"Accept: text/plain", "accept: image/png"}, "Accept", {"text/plain", "image/png"}},
           {{"Content-Type: text/csv", "content-type: application/json"},
            "Content-Type",
            {"application/json"}}}) {
    CAPTURE(name);
    Cord cord;
    cord.answer();
    Words words{"-d", "{}"};
    for (const auto& header : given)
      words.insert(words.end(), {"-H", header});
    CHECK(cord.call(words) == 0);
    Words sent;
    for (const auto& header : cord.sent().headers)
      if (equals_ignoring_case(header.first, name))
        sent.push_back(header.second);
    CHECK(sent == values);
  }
  for (const char* header : {"Authorization: Bearer x",
                             "host: example.org",
                             "Content-Length: 5",
                             "Transfer-Encoding: chunked",
                             "Connection: close",
                             "Accept-Encoding: gzip",
                             "Expect: 100-continue",
                             "Proxy-Authorization: x",
                             "TE: trailers",
                             "Trailer: X",
                             "Upgrade: h2c",
                             "Keep-Alive: 5",
                             "Proxy-Connection: close",
                             "no colon",
                             ": x",
                             "X Y: z",
                             "X : y",
                             " X: y",
                             "X\r\nEvil: 1",
                             "X: a\r\nEvil: 1",
                             "X: a\nb",
                             "X: \x01",
                             "X: a\x7F",
                             "X-\xC3\xA4: y",
                             "X(: y",
                             "X;"}) {
    CAPTURE(header);
    fakes::World world;
    sign_in_beforehand(world);
    CHECK(world.run({"invoke", "tool", "/run", "-d", "{}", "-H", header}) == 2);
    CHECK(world.http.requests.empty());
  }
}

TEST_CASE("what is no HTTP method is refused before anything is sent") {
  for (const char* method : {"GE T", "G\r\nET", "CONNECT", "connect", "(", "\xC3\xA4", " "}) {
    CAPTURE(method);
    for (const char* target : {"tool", "https://ada-tool.chutes.ai/run"}) {
      fakes::World world;
      sign_in_beforehand(world);
      CHECK(world.run({"invoke", target, "-X", method}) == 2);
      CHECK(world.http.requests.empty());
    }
  }
}

TEST_CASE("the sentences about headers and methods") {
  fakes::World world;
  sign_in_beforehand(world);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"-H", "Transfer-Encoding: chunked"},
                                                {"-H", "Authorization: x"},
                                                {"-H", "X: a\nb"},
                                                {"-H", "X Y: a"},
                                                {"-X", "GE T"}}) {
    std::vector<std::string> all{"invoke", "tool", "/run"};
    all.insert(all.end(), words.begin(), words.end());
    CHECK(world.run(all) == 2);
  }
  check_golden(world.terminal.errors);
}

TEST_CASE("a byte order mark in a JSON body does not leave, and in other bodies is theirs") {
  const TemporaryFile json{"\xEF\xBB\xBF{\"n\":1}"};
  const TemporaryFile text{"\xEF\xBB\xBFname,n\n"};
  const auto body_of = [&](const std::vector<std::string>& words, const std::string& input = {}) {
    Cord cord;
    cord.answer();
    cord.terminal.input_piped = !input.empty();
    cord.terminal.input = input;
    CHECK(cord.call(words) == 0);
    return cord.sent().body;
  };
  CHECK(body_of({"-d", "@" + json.path()}) == R"({"n":1})");
  CHECK(body_of({"-d", "@" + json.path(), "-H", "Content-Type: application/ld+json"}) == R"({"n":1})");
  CHECK(body_of({"-d", "-"}, "\xEF\xBB\xBF{\"n\":1}") == R"({"n":1})");
  CHECK(body_of({"-d", "\xEF\xBB\xBF{\"n\":1}"}) == R"({"n":1})");
  CHECK(body_of({"-F", "t=@" + text.path()}) == R"({"t":"name,n\n"})");
  CHECK(body_of({"-d", "@" + text.path(), "-H", "Content-Type: text/csv"}) == "\xEF\xBB\xBFname,n\n");
}

TEST_CASE("a file of -F may be as large as one of -d") {
  const TemporaryFile large{std::string((16U << 20U) + 1, 'a')};
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-F", "t=@" + large.path()},
        {"-F", "t=@" + large.path(), "-H", "Content-Type: multipart/form-data"},
        {"-d", "@" + large.path(), "-H", "Content-Type: text/plain"}}) {
    Cord cord;
    cord.answer();
    CHECK(cord.call(words) == 0);
    CHECK(cord.sent().body.size() > 16U << 20U);
  }
}

TEST_CASE("options for models are refused for a chute, each of them") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--reasoning", "show"},
                                                {"--reasoning=hide"},
                                                {"--system", "x"},
                                                {"--temperature", "1"},
                                                {"--max-tokens", "1"},
                                                {"--seed", "1"},
                                                {"--schema", "x"},
                                                {"--continue=x"},
                                                {"--no-stream"},
                                                {"--usage"},
                                                {"--strict"},
                                                {"--fail-on", "length"},
                                                {"--attach", "x"},
                                                {"--stop", "x"},
                                                {"--param", "a=b"},
                                                {"--param-json", "a=1"}}) {
    CAPTURE(words.front());
    fakes::World world;
    sign_in_beforehand(world);
    std::vector<std::string> all{"invoke", "tool", "/run"};
    all.insert(all.end(), words.begin(), words.end());
    CHECK(world.run(all) == 2);
    CHECK(world.terminal.errors.find("-m") != std::string::npos);
    CHECK(world.http.requests.empty());
  }
}

TEST_CASE("a cord's schema that cannot be applied never refuses a body, and is told") {
  for (const auto& [schema, unchecked] : {std::pair{R"({"required":true})", "required"},
                                          {R"({"required":null})", "required"},
                                          {R"({"required":[1]})", "required"},
                                          {R"({"type":7})", "type"},
                                          {R"({"properties":{"n":7}})", "schema"},
                                          {R"({"properties":{"n":{"pattern":"\\Ax"}}})", "\\Ax"},
                                          {R"({"$ref":"#"})", "steps"},
                                          {R"({"$ref":"https://elsewhere.example/"})", "elsewhere"}}) {
    CAPTURE(schema);
    Cord cord{schema};
    cord.answer();
    CHECK(cord.call({"-f", "n=x"}) == 0);
    CHECK(cord.terminal.errors.find("not checked") != std::string::npos);
    CHECK(cord.terminal.errors.find(unchecked) != std::string::npos);
  }
  for (const char* schema :
       {R"({"properties":{"n":{"type":"integer"}}})", R"({"properties":{"n":{"multipleOf":0.01}}})"}) {
    Cord cord{schema};
    cord.answer();
    CHECK(cord.call({"-F", schema[19] == 'm' ? "n=19.99" : "n=1e2"}) == 0);
    CHECK(cord.terminal.errors.empty());
  }
}
