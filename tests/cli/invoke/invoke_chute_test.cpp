// `invoke CHUTE [PATH]` with a scripted service: what is asked where, with which credential, and what is
// shown.
#include "base/json_fields.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* flux_url = "https://api.chutes.ai/chutes/FLUX.1-schnell";
constexpr const char* generate_url = "https://chutes-flux.chutes.ai/generate";
constexpr const char* flux =
    R"({"chute_id":"c-1","name":"FLUX.1-schnell","slug":"chutes-flux","standard_template":"diffusion","user":{"username":"chutes"},"cords":[)"
    R"({"public_api_path":"/generate","public_api_method":"POST","function":"generate","stream":false,"output_content_type":"image/jpeg",)"
    R"("input_schema":{"type":"object","required":["prompt"],"properties":{"prompt":{"type":"string"},"width":{"type":"integer","minimum":128}}}}]})";
constexpr const char* tool =
    R"({"chute_id":"c-2","name":"tool","slug":"ada-tool","user":{"username":"ada"},"cords":[)"
    R"({"public_api_path":"/run","public_api_method":"POST","function":"run","output_content_type":"application/json",)"
    R"("input_schema":{"type":"object","required":["input_args"],"properties":{"input_args":{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}}}},)"
    R"({"public_api_path":"/info","public_api_method":"GET","function":"info","output_content_type":"application/json"}]})";

struct ChuteWorld : fakes::World {
  ChuteWorld() { sign_in_beforehand(*this); }
  void expect_flux() {
    http.expect("GET", flux_url, 200, flux).look = [](const HttpRequest& request) {
      CHECK(request.headers == HttpHeaders{{"Accept", "application/json"}}); // no credential to the catalogue
    };
  }
  void expect_tool() { http.expect("GET", "https://api.chutes.ai/chutes/tool", 200, tool); }
  fakes::ScriptedHttp::Exchange& expect_call(const std::string& method, const std::string& url,
                                             const std::string& type, const std::string& body) {
    auto& exchange = http.expect(method, url, 200, body);
    exchange.response.headers = {{"Content-Type", type}};
    return exchange;
  }
};

} // namespace

TEST_CASE("a chute is found in the anonymous catalogue, and its standard cord called with the token") {
  ChuteWorld world;
  world.expect_flux();
  world.expect_call("POST", generate_url, "image/jpeg", "JPEG").look = [](const HttpRequest& request) {
    CHECK(request.headers == HttpHeaders{{"Authorization", "Bearer cak_first"},
                                         {"Accept", "*/*"},
                                         {"Content-Type", "application/json"}});
    CHECK(request.body == R"({"prompt":"a lighthouse","width":512})");
    CHECK(request.idle_limit == std::chrono::seconds{1800});
  };
  SUBCASE("into a pipe: exact bytes") {
    CHECK(world.run({"invoke", "FLUX.1-schnell", "-f", "prompt=a lighthouse", "-F", "width=512"}) == 0);
    CHECK(world.terminal.output == "JPEG");
  }
  SUBCASE("into a file") {
    CHECK(world.run({"invoke", "FLUX.1-schnell", "-f", "prompt=a lighthouse", "-F", "width=512", "-o",
                     "x.jpg"}) == 0);
    CHECK(world.output_files.files["x.jpg"] == "JPEG");
    CHECK(world.terminal.errors.find("4 bytes to x.jpg (image/jpeg)") != std::string::npos);
  }
  SUBCASE("into a directory, where it is named by its type and writes over nothing") {
    world.output_files.files["out/generate.jpg"] = "old";
    CHECK(world.run({"invoke", "FLUX.1-schnell", "-f", "prompt=a lighthouse", "-F", "width=512", "-o",
                     "out/"}) == 0);
    CHECK(world.output_files.files["out/generate.jpg"] == "old");
    CHECK(world.output_files.files["out/generate-2.jpg"] == "JPEG");
  }
}

TEST_CASE("bytes never go to a terminal, and that is known before anything is paid for") {
  ChuteWorld world;
  world.terminal.output_tty = true;
  world.expect_flux();
  CHECK(world.run({"invoke", "FLUX.1-schnell", "-f", "prompt=x"}) == 2);
  CHECK(world.terminal.errors.find("image/jpeg") != std::string::npos);
  CHECK(world.terminal.errors.find("-o FILE") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("a body that breaks the cord's schema is not sent, unless somebody insists") {
  ChuteWorld world;
  world.expect_flux();
  SUBCASE("a number too small") {
    CHECK(world.run({"invoke", "FLUX.1-schnell", "-f", "prompt=x", "-F", "width=5"}) == 2);
    CHECK(world.terminal.errors.find("schema: width: ") != std::string::npos);
    CHECK(world.terminal.errors.find("--no-check") != std::string::npos);
    check_golden(world.terminal.errors);
  }
  SUBCASE("a field that is missing, although no body was given at all") {
    CHECK(world.run({"invoke", "FLUX.1-schnell"}) == 2);
    CHECK(world.terminal.errors.find("prompt") != std::string::npos);
  }
  SUBCASE("--no-check") {
    world.expect_call("POST", generate_url, "image/jpeg", "JPEG");
    CHECK(world.run({"invoke", "FLUX.1-schnell", "-F", "width=5", "--no-check"}) == 0);
  }
}

TEST_CASE("a cord that wraps its fields in the schema is checked and sent flat ones") {
  ChuteWorld world;
  world.expect_tool();
  SUBCASE("good") {
    world.expect_call("POST", "https://ada-tool.chutes.ai/run", "application/json", R"({"done":true})").look =
        [](const HttpRequest& request) { CHECK(request.body == R"({"n":1})"); };
    CHECK(world.run({"invoke", "tool", "/run", "-F", "n=1"}) == 0);
    CHECK(world.terminal.output == R"({"done":true})");
  }
  SUBCASE("bad") {
    CHECK(world.run({"invoke", "tool", "run", "-f", "n=one"}) == 2);
  }
}

TEST_CASE("a chute with several cords and no standard one lists them") {
  ChuteWorld world;
  world.expect_tool();
  CHECK(world.run({"invoke", "tool"}) == 2);
  CHECK(world.terminal.errors.find("POST /run, GET /info") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("the fields of a GET go into its query, and its JSON is pretty on a terminal") {
  ChuteWorld world;
  world.terminal.output_tty = true;
  world.expect_tool();
  world.expect_call("GET", "https://ada-tool.chutes.ai/info?a=b+c&n=2", "application/json", R"({"x":[1]})")
      .look = [](const HttpRequest& request) { CHECK(request.body.empty()); };
  CHECK(world.run({"invoke", "tool", "/info", "-f", "a=b c", "-F", "n=2"}) == 0);
  CHECK(world.terminal.output == "{\n  \"x\": [\n    1\n  ]\n}\n");
}

TEST_CASE("text from a cord cannot steer the terminal it is shown on, and is left alone anywhere else") {
  for (const bool shown : {true, false}) {
    ChuteWorld world;
    world.terminal.output_tty = shown;
    world.expect_tool();
    const std::string text = "red \x1b[31malert\x1b[0m\x07\n\x1b]52;c;aGk=\x07"
                             "done";
    world.expect_call("GET", "https://ada-tool.chutes.ai/info", "text/plain", text);
    CHECK(world.run({"invoke", "tool", "/info"}) == 0);
    if (shown) {
      CHECK(world.terminal.output.find_first_of("\x1b\x07") == std::string::npos);
      CHECK(world.terminal.output.find("alert") != std::string::npos);
      CHECK(world.terminal.output.ends_with("done\n"));
    } else {
      CHECK(world.terminal.output == text);
    }
  }
}

TEST_CASE("binary data is not shown on a terminal, whatever its type says") {
  const std::string nul(1, '\0');
  const std::vector<std::vector<std::string>> binary{{"\x89PNG\r\n\x1A\n"},     {"GIF89a" + nul},
                                                     {"text", "and" + nul},     {"\xFF\xD8\xFF\xE0"},
                                                     {"\x89P", "NG\r\n\x1A\n"}, {"%PDF-1.7\n"}};
  for (const char* type : {"text/plain", "", "application/json", "text/event-stream", "image/svg+xml"})
    for (const auto& pieces : binary)
      for (const bool raw : {false, true}) {
        ChuteWorld world;
        world.terminal.output_tty = true;
        world.expect_call("GET", "https://x.chutes.ai/y", type, "").pieces = pieces;
        std::vector<std::string> words{"invoke", "https://x.chutes.ai/y"};
        if (raw)
          words.emplace_back("--raw");
        CHECK(world.run(words) == 2);
        CHECK(world.terminal.output.find('\0') == std::string::npos);
        CHECK(world.terminal.errors.find("-o FILE") != std::string::npos);
      }
  for (const std::string text : {"gr\xFC\xDF"
                                 "e in Latin-1",
                                 "GIF89a is a format", "\x1b[31mred", ""}) {
    ChuteWorld world;
    world.terminal.output_tty = true;
    world.expect_call("GET", "https://x.chutes.ai/y", "text/plain", text);
    CHECK(world.run({"invoke", "https://x.chutes.ai/y"}) == 0);
  }
  ChuteWorld piped;
  piped.expect_call("GET", "https://x.chutes.ai/y", "text/plain", nul);
  CHECK(piped.run({"invoke", "https://x.chutes.ai/y"}) == 0);
  CHECK(piped.terminal.output == nul);
}

TEST_CASE("-o - is standard output, and an empty -o is refused before anything is sent") {
  SUBCASE("-") {
    ChuteWorld world;
    world.expect_call("GET", "https://x.chutes.ai/y", "image/png", "PNG");
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-o", "-"}) == 0);
    CHECK(world.terminal.output == "PNG");
    CHECK(world.output_files.files.empty());
  }
  SUBCASE("- on a terminal") {
    ChuteWorld world;
    world.terminal.output_tty = true;
    world.expect_call("GET", "https://x.chutes.ai/y", "image/png", "PNG");
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-o", "-"}) == 2);
  }
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"invoke", "https://x.chutes.ai/y", "-o", ""},
                                             {"invoke", "https://x.chutes.ai/y", "--output="},
                                             {"invoke", "--batch", "in", "-m", "m", "-o", ""},
                                             {"invoke", "--batch", "in", "-m", "m", "--resume", "-o", "-"}}) {
    ChuteWorld world;
    CHECK(world.run(words) == 2);
    CHECK(world.http.requests.empty());
    CHECK(world.terminal.errors.find("-o") != std::string::npos);
  }
}

TEST_CASE("user/name and a slug are looked up in the catalogue's list") {
  ChuteWorld world;
  std::string word;
  std::string query;
  SUBCASE("user/name") {
    word = "ada/tool";
    query = "name=tool";
  }
  SUBCASE("slug") {
    word = "ada-tool";
    query = "slug=ada-tool";
  }
  world.http.expect("GET", "https://api.chutes.ai/chutes/" + (word == "ada/tool" ? "ada%2Ftool" : word), 404,
                    "{}");
  world.http.expect(
      "GET", "https://api.chutes.ai/chutes/?limit=1000&page=0&" + query, 200,
      R"({"items":[{"chute_id":"c-9","name":"tool","slug":"eve-tool","user":{"username":"eve"}},)"
      R"({"chute_id":"c-2","name":"tool","slug":"ada-tool","user":{"username":"ada"}}]})");
  world.http.expect("GET", "https://api.chutes.ai/chutes/c-2", 200, tool);
  world.expect_call("GET", "https://ada-tool.chutes.ai/info", "application/json", "{}");
  CHECK(world.run({"invoke", word, "/info"}) == 0);
}

TEST_CASE("an address is called as it is, on the service's hosts only, and no catalogue is asked") {
  ChuteWorld world;
  SUBCASE("on a host of the service") {
    world.expect_call("POST", "https://ada-private.chutes.ai/run", "text/plain", "hi\x1b[2J").look =
        [](const HttpRequest& request) { CHECK(request.body == R"({"n":1})"); };
    CHECK(world.run({"invoke", "https://ada-private.chutes.ai/run", "-d", R"({"n":1})"}) == 0);
    CHECK(world.terminal.output == "hi\x1b[2J"); // in a pipe byte for byte
  }
  SUBCASE("anywhere else: refused before a byte is sent") {
    CHECK(world.run({"invoke", "https://evil.example/run"}) == 2);
    CHECK(world.http.requests.empty());
  }
}

TEST_CASE("a chute nobody knows is told from a prompt without -m") {
  ChuteWorld world;
  world.http.expect("GET", "https://api.chutes.ai/chutes/hello", 404, "{}");
  world.http.expect("GET", "https://api.chutes.ai/chutes/?limit=1000&page=0&slug=hello", 200,
                    R"({"items":[]})");
  CHECK(world.run({"invoke", "hello"}) == 6);
  CHECK(world.terminal.errors.find("-m MODEL") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("headers are added, but the credential's is this program's own") {
  ChuteWorld world;
  SUBCASE("one of the service's") {
    world.expect_call("GET", "https://x.chutes.ai/y", "text/plain", "ok").look =
        [](const HttpRequest& request) {
          CHECK(request.headers.back() == std::pair<std::string, std::string>{"X-TEE-Only", "true"});
        };
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-H", "X-TEE-Only: true"}) == 0);
  }
  SUBCASE("Authorization") {
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-H", "authorization: Bearer cak_other"}) == 2);
    CHECK(world.terminal.errors.find("cak_other") == std::string::npos);
  }
}

TEST_CASE("-i prints status and headers first") {
  ChuteWorld world;
  world.expect_call("GET", "https://x.chutes.ai/y", "text/plain", "ok");
  CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-i"}) == 0);
  CHECK(world.terminal.output == "HTTP 200\nContent-Type: text/plain\n\nok");
}

TEST_CASE("--json makes one document of any answer") {
  ChuteWorld world;
  const auto output_of = [&](const std::string& type, const std::string& body) {
    world.terminal.output.clear();
    world.expect_call("GET", "https://x.chutes.ai/y", type, body);
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "--json"}) == 0);
    return world.terminal.output;
  };
  CHECK(output_of("application/json", "{ \"a\" : 1 }") == "{\"a\":1}\n");
  CHECK(output_of("text/plain", "hi") == "{\"content_type\":\"text/plain\",\"text\":\"hi\"}\n");
  CHECK(output_of("image/png", "\x89PNG") == "{\"content_type\":\"image/png\",\"base64\":\"iVBORw==\"}\n");
}

TEST_CASE(
    "a connection that breaks in mid-answer leaves what came, and is told from one that never answered") {
  ChuteWorld world;
  auto& exchange = world.expect_call("GET", "https://x.chutes.ai/y", "text/plain", "half");
  const auto cut = std::make_exception_ptr(Error{ErrorKind::network, "the connection was cut"});
  SUBCASE("in mid-answer") {
    exchange.cut = cut;
    CHECK(world.run({"invoke", "https://x.chutes.ai/y"}) == 10);
    CHECK(world.terminal.output == "half");
  }
  SUBCASE("before") {
    exchange.failure = cut;
    CHECK(world.run({"invoke", "https://x.chutes.ai/y"}) == 5);
  }
}

TEST_CASE("a full disk is said at once, and what was written stands") {
  ChuteWorld world;
  world.output_files.room = 6;
  auto& exchange = world.expect_call("GET", "https://x.chutes.ai/y", "image/png", "");
  exchange.pieces = {"first", "second"};
  CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-o", "x.png"}) == 1);
  CHECK(world.output_files.files["x.png"] == "first");
  CHECK(world.terminal.errors.find("No space left on device") != std::string::npos);
}

TEST_CASE("--dry-run and --curl send nothing and hold no token") {
  ChuteWorld world;
  SUBCASE("--dry-run") {
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-d", R"({"a":"it's"})", "--dry-run"}) == 0);
    CHECK(world.terminal.output == "POST https://x.chutes.ai/y\nAuthorization: Bearer …\nAccept: */*\n"
                                   "Content-Type: application/json\n\n{\"a\":\"it's\"}\n");
  }
  SUBCASE("--curl") {
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-d", R"({"a":"it's"})", "--curl"}) == 0);
    CHECK(world.terminal.output ==
          "chutes-login token --curl-config | curl -K - --no-buffer -X POST https://x.chutes.ai/y \\\n"
          "  -H 'Accept: */*' \\\n  -H 'Content-Type: application/json' \\\n"
          "  --data-raw '{\"a\":\"it'\\''s\"}'\n");
  }
  SUBCASE("--curl, for what curl would wait for without end") {
    CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-X", "HEAD", "-d", "text", "-H",
                     "Content-Type: text/plain", "--curl"}) == 2);
    CHECK(world.terminal.output.empty());
    CHECK(world.terminal.errors.find("HEAD") != std::string::npos);
  }
  SUBCASE("--curl takes the token of the same session") {
    CHECK(world.run({"--profile", "work", "--store", "file", "invoke", "https://x.chutes.ai/y", "-X", "HEAD",
                     "-H", "X-Empty:", "--curl"}) == 0);
    CHECK(world.terminal.output ==
          "chutes-login --profile work --store file token --curl-config | curl -K - --no-buffer --head "
          "https://x.chutes.ai/y \\\n  -H 'Accept: */*' \\\n  -H 'X-Empty;'\n");
  }
  CHECK(world.http.requests.empty());
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("bodies and words that cannot be meant are usage errors, and nothing is sent") {
  ChuteWorld world;
  const std::string url = "https://x.chutes.ai/y";
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"-d", "not json"},
                                             {"-d", "{}", "-f", "a=b"},
                                             {"-f", "nothing"},
                                             {"-f", "a=1", "-f", "a=2"},
                                             {"-F", "a=1", "-F", "a.b=2"},
                                             {"-F", "a=@/nowhere/at/all"},
                                             {"-H", "no colon"},
                                             {"-H", "Host: x"},
                                             {"-H", "Content-Type: text/plain", "-f", "a=b"},
                                             {"path", "more"}}) {
    std::vector<std::string> all{"invoke", url};
    all.insert(all.end(), words.begin(), words.end());
    CHECK(world.run(all) == 2);
  }
  CHECK(world.run({"invoke", "https://"}) == 2);
  CHECK(world.run({"invoke", "a prompt"}) == 2);
  CHECK(world.run({"invoke", ""}) == 2);
  CHECK(world.run({"invoke", "", "/run", "-d", "{}"}) == 2);
  check_golden(world.terminal.errors);
  CHECK(world.http.requests.empty());
}

TEST_CASE("a body that is not JSON goes with the type it is said to have") {
  ChuteWorld world;
  world.terminal.input = "plain words";
  world.expect_call("POST", "https://x.chutes.ai/y", "text/plain", "ok").look =
      [](const HttpRequest& request) {
        CHECK(request.body == "plain words");
        CHECK(request.headers.back() == std::pair<std::string, std::string>{"Content-Type", "text/plain"});
        CHECK(request.headers.size() == 3);
      };
  CHECK(world.run({"invoke", "https://x.chutes.ai/y", "-d", "-", "-H", "Content-Type: text/plain"}) == 0);
}

TEST_CASE("chutes lists the catalogue without a credential, and show tells what a cord wants") {
  ChuteWorld world;
  SUBCASE("the list") {
    world.http
        .expect("GET", "https://api.chutes.ai/chutes/?limit=1000&page=0&name=flux", 200,
                std::string{R"({"items":[)"} + flux + "]}")
        .look = [](const HttpRequest& request) {
      CHECK(request.headers == HttpHeaders{{"Accept", "application/json"}});
    };
    CHECK(world.run({"chutes", "flux"}) == 0);
    CHECK(world.terminal.output == "FLUX.1-schnell\tchutes\tchutes-flux\tc-1\tcold\t\n");
  }
  SUBCASE("one") {
    world.expect_flux();
    CHECK(world.run({"chutes", "show", "FLUX.1-schnell"}) == 0);
    CHECK(world.terminal.output ==
          "name     FLUX.1-schnell\nuser     chutes\nslug     chutes-flux\nid       c-1\n"
          "state    cold\n\nPOST /generate, answers image/jpeg\n"
          "  prompt: string, width?: integer\n");
  }
  SUBCASE("one with wrapped fields") {
    world.expect_tool();
    CHECK(world.run({"chutes", "show", "tool"}) == 0);
    CHECK(world.terminal.output.find("POST /run, answers application/json\n  n: integer\n") !=
          std::string::npos);
  }
  SUBCASE("none") {
    CHECK(world.run({"chutes", "show"}) == 2);
    CHECK(world.run({"chutes", "two", "filters"}) == 2);
  }
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("chutes --mine lists one's own with an API key, which the public list is never asked with") {
  ChuteWorld world;
  world.variables["CHUTES_API_KEY"] = "cpk_key";
  SUBCASE("the list") {
    world.http
        .expect("GET", "https://api.chutes.ai/chutes/?limit=1000&page=0&include_public=false", 200,
                std::string{R"({"items":[)"} + flux + "]}")
        .look = [](const HttpRequest& request) {
      CHECK(request.headers.front() ==
            std::pair<std::string, std::string>{"Authorization", "Bearer cpk_key"});
    };
    CHECK(world.run({"chutes", "--mine"}) == 0);
    CHECK(world.terminal.output == "FLUX.1-schnell\tchutes\tchutes-flux\tc-1\tcold\t\n");
  }
  SUBCASE("none of them") {
    world.http.expect("GET", "https://api.chutes.ai/chutes/?limit=1000&page=0&include_public=false&name=x",
                      200, R"({"items":[]})");
    world.http.expect("GET", "https://api.chutes.ai/users/me", 200, R"({"username":"ada"})");
    CHECK(world.run({"chutes", "--mine", "x"}) == 0);
    CHECK(world.terminal.errors == "None of your chutes' names contains 'x'.\n");
  }
  SUBCASE("a key for the public list") {
    CHECK(world.run({"chutes", "--api-key-stdin"}) == 2);
  }
  SUBCASE("pages that hold fewer than were asked for") {
    for (const char* page : {"0", "1"})
      world.http.expect("GET",
                        std::string{"https://api.chutes.ai/chutes/?limit=1000&page="} + page +
                            "&include_public=false",
                        200, std::string{R"({"total":2,"limit":1,"items":[)"} + flux + "]}");
    CHECK(world.run({"chutes", "--mine", "--json"}) == 0);
    CHECK(parse_json(world.terminal.output)->size() == 2);
  }
}

TEST_CASE("chutes --mine says what it requires, and never takes a refusal for an empty list") {
  ChuteWorld world;
  const std::string list = "https://api.chutes.ai/chutes/?limit=1000&page=0&include_public=false";
  SUBCASE("no key: a session is not enough") {
    CHECK(world.run({"chutes", "--mine", "--no-input"}) == 8);
    CHECK(world.http.requests.empty());
  }
  SUBCASE("a scoped key, as the service refuses it") {
    world.variables["CHUTES_API_KEY"] = "cpk_scoped";
    world.http.expect("GET", list, 401, R"({"detail":"Invalid token or user not found"})");
    CHECK(world.run({"chutes", "--mine"}) == 8);
  }
  SUBCASE("a dead token, which the service takes for nobody's") {
    world.variables["CHUTES_API_KEY"] = "cpk_dead";
    world.http.expect("GET", list, 200, R"({"total":0,"items":[]})");
    world.http.expect("GET", "https://api.chutes.ai/users/me", 401, R"({"detail":"Invalid token."})");
    CHECK(world.run({"chutes", "--mine"}) == 8);
    CHECK(world.terminal.output.empty());
  }
  check_golden(world.terminal.errors);
}
