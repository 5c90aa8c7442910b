#include "base/json_fields.hpp"
#include "cli/batch/batch_input.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace chutes;
using namespace chutes::flows;
using namespace std::chrono_literals;

namespace {

constexpr const char* chats = "https://llm.chutes.ai/v1/chat/completions";
constexpr const char* models = "https://llm.chutes.ai/v1/models";
constexpr const char* list =
    R"({"data":[{"id":"m","price":{"input":{"usd":1},"output":{"usd":2}}},{"id":"n"}]})";
constexpr const char* hello =
    R"({"model":"m","choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":1000,"completion_tokens":500}})";

// Somebody signed in, with `lines` of input, to be asked for the list of models.
struct Batch {
  fakes::World world;
  std::string jobs = "2";

  explicit Batch(const std::string& lines, bool lists = true) {
    sign_in_beforehand(world);
    world.line_files.files["in"] = lines;
    if (lists)
      world.http.expect("GET", models, 200, list);
  }
  fakes::ScriptedHttp::Exchange& answer(int status = 200, const std::string& body = hello) {
    return world.http.expect("POST", chats, status, body);
  }
  int run(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"invoke", "--batch", "in", "-m", "m", "-o", "out", "--jobs", jobs});
    return world.run(more);
  }
  [[nodiscard]] std::vector<Json> results() const {
    std::vector<Json> all;
    std::istringstream text{world.line_files.files.at("out")};
    for (std::string line; std::getline(text, line);)
      all.push_back(Json::parse(line));
    return all;
  }
  // "LINE:STATUS" of each result, in their order; the error's code where there was no answer.
  [[nodiscard]] std::string outcomes() const {
    std::string text;
    for (const auto& result : results())
      text += (text.empty() ? "" : " ") + std::to_string(result["line"].get<int>()) + ":" +
              (result["response"].is_null() ? result["error"]["code"].get<std::string>()
                                            : std::to_string(result["response"]["status_code"].get<int>()));
    return text;
  }
  bool says(const std::string& words) const { return world.terminal.errors.find(words) != std::string::npos; }
};

std::string line(const std::string& id) {
  return R"({"custom_id":")" + id + R"(","body":{"messages":[]}})" + "\n";
}

} // namespace

TEST_CASE("a line too long to be kept is a line at fault, and no end of the batch") {
  const auto line = cli::batch_line({.text = "", .too_long = true}, 3, {});
  REQUIRE(line);
  CHECK(line->number == 3);
  CHECK(line->fault.find("64 MiB") != std::string::npos);
}

TEST_CASE("a batch sends each line with a token, waits long, and writes a result a line") {
  Batch batch{line("a") + "\n" + R"({"messages":[]})" + "\n"};
  batch.answer().look = [](const HttpRequest& request) {
    CHECK(request.headers == HttpHeaders{{"Authorization", "Bearer cak_first"},
                                         {"Accept", "application/json"},
                                         {"Content-Type", "application/json"}});
    CHECK(request.body == R"({"model":"m","messages":[]})");
    CHECK(request.idle_limit == 1800s);
  };
  batch.answer();
  CHECK(batch.run() == 0);
  CHECK(batch.outcomes() == "1:200 3:200");
  const auto results = batch.results();
  CHECK(results[0]["custom_id"] == "a");
  CHECK(results[0]["response"]["body"]["choices"][0]["message"]["content"] == "Hi");
  CHECK(results[0]["cost_usd"] == 0.002);
  CHECK(results[1]["custom_id"] == nullptr);
  for (const char* fact : {"2 lines answered", "0 failed", "2000 tokens in", "1000 out", "$0.0040"})
    CHECK_MESSAGE(batch.says(fact), fact);
  check_golden(batch.world.terminal.errors);
  CHECK(batch.world.terminal.output.empty());
}

TEST_CASE("a batch without -o writes to standard output, and says what it came to as JSON with --json") {
  Batch batch{line("a")};
  batch.answer();
  CHECK(batch.world.run({"invoke", "--batch", "in", "-m", "m", "--json"}) == 0);
  CHECK(Json::parse(batch.world.terminal.output)["custom_id"] == "a");
  CHECK(
      batch.world.terminal.errors ==
      R"({"batch":{"answered":1,"failed":0,"answered_before":0,"retries":0,"usage":{"prompt_tokens":1000,"completion_tokens":500},"cost_usd":0.002}})"
      "\n");
}

TEST_CASE("as many are under way as --jobs allows, eight if nothing is said") {
  Batch batch{line("a") + line("b") + line("c")};
  batch.world.line_files.at_once = 3;
  for (int i = 0; i < 3; ++i)
    batch.answer();
  CHECK(batch.run() == 0);
  CHECK(batch.world.worker_pools.most == 2);
  CHECK(batch.world.worker_pools.workers == 3); // one reads
}

TEST_CASE("results come as they finish, and with --ordered in the order of the lines") {
  Batch batch{line("a") + line("b") + "nonsense\n" + line("c")};
  batch.world.line_files.at_once = 4;
  batch.world.worker_pools.last_first = true;
  for (int i = 0; i < 3; ++i)
    batch.answer();
  SUBCASE("as they finish") {
    CHECK(batch.run() == 10);
    CHECK(batch.outcomes() == "2:200 3:usage 4:200 1:200");
  }
  SUBCASE("ordered") {
    CHECK(batch.run({"--ordered"}) == 10);
    CHECK(batch.outcomes() == "1:200 2:200 3:usage 4:200");
  }
}

TEST_CASE("a line that cannot be sent fails alone, and a refusal is its line's result") {
  Batch batch{"nonsense\n" + line("a") + R"({"url":"https://evil.example/x","body":{}})" + "\n"};
  batch.world.line_files.at_once = 3;
  batch.answer(404, R"({"detail":"model not found: m"})");
  CHECK(batch.run() == 10);
  CHECK(batch.outcomes() == "1:usage 3:usage 2:404");
  CHECK(batch.results()[1]["error"]["message"].get<std::string>().ends_with("evil.example"));
  CHECK(batch.results()[2]["error"]["code"] == "service");
  CHECK(batch.says("0 lines answered, 3 failed.\n"));
  CHECK(batch.says("3 lines failed\n"));
  CHECK(batch.says("--resume"));
  check_golden(batch.world.terminal.errors);
}

TEST_CASE("a line names its own url: embeddings have a host of their own") {
  Batch batch{R"({"url":"/v1/embeddings","body":{"input":"x"}})"
              "\n"
              R"({"method":"GET","url":"/v1/models"})"
              "\n"};
  batch.world.http.expect("POST", "https://embed.chutes.ai/v1/embeddings", 200, "{}");
  batch.world.http.expect("GET", models, 200, "{}").look = [](const HttpRequest& request) {
    CHECK(request.body.empty());
  };
  CHECK(batch.run() == 0);
}

TEST_CASE("a busy service is waited for and asked less at once, and the line is not lost") {
  Batch batch{line("a") + line("b")};
  batch.answer(429, "<html>");
  batch.answer(503, R"({"detail":"No instances available"})");
  batch.answer();
  batch.answer();
  CHECK(batch.run() == 0);
  CHECK(batch.results()[0]["attempts"] == 2);
  CHECK(batch.results()[1]["attempts"] == 2);
  REQUIRE(!batch.world.worker_pools.waits.empty());
  CHECK(batch.says("2 retries"));
  check_golden(batch.world.terminal.errors);
}

TEST_CASE("Retry-After holds back every request") {
  Batch batch{line("a") + line("b") + line("c")};
  const auto start = batch.world.clock.steady();
  auto& busy = batch.answer(429);
  busy.response.headers = {{"Retry-After", "20"}};
  batch.answer(); // under way already
  batch.answer().look = [&](const HttpRequest&) { CHECK(batch.world.clock.steady() - start >= 20s); };
  batch.answer();
  CHECK(batch.run() == 0);
}

TEST_CASE("--retry says how often a line is tried again; then it has failed") {
  Batch batch{line("a")};
  batch.answer(429);
  batch.answer(429);
  CHECK(batch.run({"--retry", "1"}) == 10);
  CHECK(batch.outcomes() == "1:429");
  CHECK(batch.results()[0]["error"]["code"] == "limit");
  CHECK(batch.results()[0]["attempts"] == 2);
}

TEST_CASE("a connection that was never made is tried again, one that was cut is not") {
  Batch batch{line("a")};
  auto failure = Error{ErrorKind::network, "could not reach llm.chutes.ai"};
  SUBCASE("never made") {
    batch.answer().failure = std::make_exception_ptr(Error{failure}.with_nothing_sent());
    batch.answer();
    CHECK(batch.run() == 0);
  }
  SUBCASE("cut") {
    batch.answer().failure = std::make_exception_ptr(failure);
    CHECK(batch.run() == 10);
    CHECK(batch.outcomes() == "1:network");
  }
}

TEST_CASE("where nothing succeeds any more the batch ends instead of burning through its lines") {
  std::string lines;
  for (int i = 0; i < 1000; ++i)
    lines += line(std::to_string(i));
  Batch batch{lines};
  for (int i = 0; i < 130; ++i)
    batch.answer(503, R"({"detail":"No instances available"})");
  CHECK(batch.run() == 6);
  CHECK(batch.says("No instances available"));
  CHECK(batch.says("--resume"));
  check_golden(batch.world.terminal.errors.substr(batch.world.terminal.errors.rfind("chutes-login: ")));
  batch.world.http.script.clear();
}

TEST_CASE("no balance ends the batch: what is under way is kept, the rest is not sent, and it is said") {
  Batch batch{line("a") + line("b") + line("c")};
  batch.answer(402, R"({"detail":{"message":"Quota exceeded and account balance is $0.0"}})");
  batch.answer();
  CHECK(batch.run() == 9);
  CHECK(batch.outcomes() == "2:200");
  CHECK(batch.says("Quota exceeded"));
  CHECK(batch.says("--resume"));
}

TEST_CASE("--max-cost sends no more once it is reached") {
  Batch batch{line("a") + line("b") + line("c") + line("d")};
  batch.world.line_files.at_once = 4;
  for (int i = 0; i < 3; ++i)
    batch.answer();
  CHECK(batch.run({"--max-cost", "0.003"}) == 9);
  CHECK(batch.results().size() == 3); // the second reached it, the third was under way
  CHECK(batch.says("--max-cost"));
  check_golden(batch.world.terminal.errors);
}

TEST_CASE(
    "--max-cost is not kept in the dark: a model without a price ends the batch, and no list its start") {
  SUBCASE("no price") {
    Batch batch{line("a") + R"({"model":"n","messages":[]})" + "\n" + line("b")};
    batch.jobs = "1";
    batch.answer();
    CHECK(batch.run({"--max-cost", "1"}) == 9);
    CHECK(batch.outcomes() == "1:200"); // the other model is not even asked
    CHECK(batch.says("price for n\n"));
    check_golden(batch.world.terminal.errors);
  }
  SUBCASE("a negative price is none") {
    Batch batch{line("a"), false};
    batch.world.http.expect("GET", models, 200,
                            R"({"data":[{"id":"m","price":{"input":{"usd":-1},"output":{"usd":-1}}}]})");
    CHECK(batch.run({"--max-cost", "1"}) == 9);
    CHECK(batch.results().empty());
    CHECK(batch.says("price for m\n"));
  }
  SUBCASE("an answer of a model that is not listed") {
    Batch batch{R"({"model":"alias","messages":[]})" + std::string{"\n"} + line("b")};
    batch.jobs = "1";
    batch.answer(200, R"({"model":"q","usage":{"prompt_tokens":1,"completion_tokens":1}})");
    CHECK(batch.run({"--max-cost", "1"}) == 9);
    CHECK(batch.results().size() == 1);
    CHECK(batch.says("price for q\n"));
  }
  SUBCASE("token counts that give money back, or cannot be counted") {
    for (const auto& [input, output] : std::initializer_list<std::pair<const char*, const char*>>{
             {"-5", "-5"}, {"1e30", "5"}, {"5", "1e30"}, {"5", "0.5"}, {"null", "5"}}) {
      Batch batch{line("a") + line("b")};
      batch.jobs = "1";
      batch.answer(200, R"({"model":"m","choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":)" +
                            std::string{input} + R"(,"completion_tokens":)" + output + "}}");
      CHECK(batch.run({"--max-cost", "1"}) == 9);
      CHECK(batch.outcomes() == "1:200");
      CHECK(batch.says("its cost is unknown"));
    }
  }
  SUBCASE("no list") {
    Batch batch{line("a"), false};
    batch.world.http.expect("GET", models, 500, "{}");
    CHECK(batch.run({"--max-cost", "1"}) == 6);
  }
}

TEST_CASE("without the list of models a batch goes on and tells no cost") {
  Batch batch{line("a"), false};
  batch.world.http.expect("GET", models, 500, "{}");
  batch.answer();
  CHECK(batch.run() == 0);
  CHECK_FALSE(batch.results()[0].contains("cost_usd"));
  CHECK(batch.says("1000 tokens in, 500 out"));
  CHECK_FALSE(batch.says("$"));
}

TEST_CASE("a token that is refused is renewed once for all lines, and none is dropped") {
  Batch batch{line("a") + line("b")};
  batch.answer(401, R"({"detail":"Authentication required."})");
  batch.world.http.expect(
      "POST", "https://api.chutes.ai/idp/token", 200,
      R"({"access_token":"cak_second","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_second","scope":"openid"})");
  batch.answer(401, R"({"detail":"Authentication required."})");
  for (int i = 0; i < 2; ++i)
    batch.answer().look = [](const HttpRequest& request) {
      CHECK(request.headers.front().second == "Bearer cak_second");
    };
  // The first refusal is settled, and the session refreshed, before the second request's answer is seen.
  CHECK(batch.run() == 0);
  CHECK(batch.results().size() == 2);
}

TEST_CASE("a new token that is refused too ends the batch") {
  Batch batch{line("a") + line("b")};
  batch.world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
  batch.answer(401, R"({"detail":"Authentication required."})");
  batch.answer(401, R"({"detail":"Authentication required."})");
  CHECK(batch.run() == 3);
  CHECK(batch.world.line_files.files.at("out").empty());
}

TEST_CASE("--rate keeps its distance") {
  Batch batch{line("a") + line("b") + line("c")};
  const auto start = batch.world.clock.steady();
  batch.answer();
  batch.answer().look = [&](const HttpRequest&) { CHECK(batch.world.clock.steady() - start >= 500ms); };
  batch.answer().look = [&](const HttpRequest&) { CHECK(batch.world.clock.steady() - start >= 1000ms); };
  CHECK(batch.run({"--rate", "2/s"}) == 0);
}

TEST_CASE("--resume sends what is not answered: failed and missing lines, and pays for none twice") {
  Batch batch{line("a") + line("b") + line("c")};
  batch.answer();
  batch.answer(404);
  batch.answer();
  REQUIRE(batch.run() == 10);
  batch.world.line_files.files["out"] += R"({"id":"batch_req_4","cust)"; // torn by a crash
  batch.world.terminal.errors.clear();
  batch.world.http.expect("GET", models, 200, list);
  batch.answer().look = [](const HttpRequest& request) {
    CHECK(request.body.find("messages") != std::string::npos);
  };
  CHECK(batch.run({"--resume"}) == 0);
  CHECK(batch.outcomes() == "1:200 3:200 2:200");
  CHECK(batch.says("1 line answered, 0 failed, 2 answered earlier"));
}

TEST_CASE("results that are there already are neither overwritten nor taken for those of another batch") {
  Batch batch{line("a")};
  batch.answer();
  REQUIRE(batch.run() == 0);
  const auto before = batch.world.line_files.files.at("out");
  batch.world.http.expect("GET", models, 200, list);
  SUBCASE("without --resume") {
    CHECK(batch.run() == 2);
    CHECK(batch.says("--resume"));
  }
  SUBCASE("another request of the same name") {
    batch.world.line_files.files["in"] = R"({"custom_id":"a","body":{"messages":[1]}})"
                                         "\n";
    CHECK(batch.run({"--resume"}) == 2);
    CHECK(batch.says("line 1 of out"));
    check_golden(batch.world.terminal.errors.substr(batch.world.terminal.errors.rfind("chutes-login: ")));
  }
  SUBCASE("a line that is not there") {
    batch.world.line_files.files["in"] = line("b");
    CHECK(batch.run({"--resume"}) == 2);
    check_golden(batch.world.terminal.errors.substr(batch.world.terminal.errors.rfind("chutes-login: ")));
  }
  SUBCASE("another model") {
    CHECK(batch.world.run({"invoke", "--batch", "in", "-m", "n", "-o", "out", "--resume"}) == 2);
  }
  CHECK(batch.world.line_files.files.at("out") == before);
}

TEST_CASE("input that can be read only once is read once, also with --resume") {
  Batch batch{line("a") + line("b")};
  batch.answer();
  batch.answer();
  REQUIRE(batch.run() == 0);
  batch.world.line_files.readable_once = true;
  SUBCASE("it has more lines") {
    batch.world.line_files.files["in"] = line("a") + line("b") + line("c");
    batch.world.http.expect("GET", models, 200, list);
    batch.answer();
    CHECK(batch.run({"--resume"}) == 0);
    CHECK(batch.results().size() == 3);
    CHECK_FALSE(batch.says("note"));
  }
  SUBCASE("another request for a line ends the batch when that line is read") {
    batch.world.line_files.files["in"] =
        line("a") + R"({"custom_id":"b","body":{"messages":["other"]}})" + "\n";
    batch.world.http.expect("GET", models, 200, list);
    CHECK(batch.run({"--resume"}) == 2);
    CHECK(batch.results().size() == 2);
  }
  SUBCASE("results that answer none of its lines are told at its end") {
    batch.world.line_files.files["in"] = line("a");
    batch.world.http.expect("GET", models, 200, list);
    CHECK(batch.run({"--resume"}) == 0);
    CHECK(batch.says("note: results in out that belong to no line of this input: 1.\n"));
    check_golden(batch.world.terminal.errors);
  }
}

TEST_CASE("a custom_id that is empty or repeated is refused before anything is sent or written") {
  const std::string other = R"({"custom_id":"b","n":2})"
                            "\n";
  for (const auto& [lines, second] : std::initializer_list<std::pair<std::string, std::string>>{
           {line("a") + "\n" + line("b") + line("b"), "line 4 "},
           {"{}\n" + line("a") + line("b") + other, "line 4 "},
           {line("a") + line("b") + line(""), "line 3 "},
           {line("a") + line("b") + R"({"custom_id":""})" + "\n", "line 3 "}}) {
    Batch batch{lines, false};
    batch.world.line_files.files["out"] = "";
    CHECK(batch.run({"--dry-run"}) == 2);
    CHECK(batch.run() == 2);
    CHECK(batch.run({"--resume"}) == 2);
    CHECK_MESSAGE(batch.says(second), lines);
    if (lines.find(R"("")") == std::string::npos)
      CHECK_MESSAGE(batch.says("line 3\n"), lines);
    CHECK(batch.world.terminal.output.empty());
    CHECK(batch.world.line_files.files.at("out").empty());
    check_golden(batch.world.terminal.errors.substr(batch.world.terminal.errors.rfind("chutes-login: ")));
  }
}

TEST_CASE("a custom_id that is repeated in a pipe is its line's failure, and the results can be resumed") {
  Batch batch{line("a") + R"({"custom_id":"a","n":2})" + "\n" + line("a") + line("") + line("b")};
  batch.world.line_files.readable_once = true;
  batch.jobs = "1";
  batch.answer();
  batch.answer(500);
  CHECK(batch.run() == 10);
  CHECK(batch.outcomes() == "1:200 2:usage 3:usage 4:usage 5:500");
  CHECK(batch.results()[2]["error"]["message"].get<std::string>().ends_with("line 1"));
  batch.world.http.expect("GET", models, 200, list);
  batch.answer();
  CHECK(batch.run({"--resume"}) == 10); // the same lines, which still cannot be told apart
  CHECK(batch.outcomes() == "1:200 2:usage 3:usage 4:usage 5:200");
  CHECK(batch.says("1 line answered, 3 failed, 1 answered earlier"));
  batch.world.line_files.readable_once = false;
  batch.world.line_files.files["in"] = line("a") + R"({"custom_id":"c","n":2})" + "\n" + line("b");
  batch.world.http.expect("GET", models, 200, list);
  batch.answer();
  CHECK(batch.run({"--resume"}) == 0);
  CHECK(batch.results().size() == 3);
}

TEST_CASE("results of another batch keep their failed lines too when they are refused") {
  Batch batch{line("a") + line("b")};
  batch.answer();
  batch.answer(404);
  REQUIRE(batch.run() == 10);
  const auto before = batch.world.line_files.files.at("out");
  batch.world.line_files.files["in"] = line("b");
  batch.world.http.expect("GET", models, 200, list);
  CHECK(batch.run({"--resume"}) == 2);
  CHECK(batch.world.line_files.files.at("out") == before);
}

TEST_CASE("an answer that is in the results twice is no result of another batch") {
  Batch batch{line("a")};
  batch.answer();
  REQUIRE(batch.run() == 0);
  batch.world.line_files.files["out"] += batch.world.line_files.files.at("out");
  batch.world.http.expect("GET", models, 200, list);
  CHECK(batch.run({"--resume"}) == 0);
  CHECK_FALSE(batch.says("note"));
}

TEST_CASE("blank lines and a byte order mark in results are no results of another program") {
  for (const char* blank : {"\n", "\r\n", " \t\n", "\n\n\n"}) {
    Batch batch{line("a") + line("b")};
    batch.answer();
    batch.answer();
    REQUIRE(batch.run() == 0);
    auto& out = batch.world.line_files.files["out"];
    const auto first_end = out.find('\n') + 1;
    out = "\xEF\xBB\xBF" + out.substr(0, first_end) + blank + out.substr(first_end) + blank;
    batch.world.http.expect("GET", models, 200, list);
    CHECK(batch.run({"--resume"}) == 0);
    CHECK(batch.says("0 lines answered, 0 failed, 2 answered earlier"));
  }
}

TEST_CASE("a file that holds no results is refused and left alone") {
  Batch batch{line("a")};
  batch.world.line_files.files["out"] = "my diary\n";
  CHECK(batch.run({"--resume"}) == 2);
  CHECK(batch.says("line 1 of out"));
  check_golden(batch.world.terminal.errors);
  CHECK(batch.world.line_files.files.at("out") == "my diary\n");
}

TEST_CASE("a full disk is said at once, what was written stands, and nothing more is sent") {
  Batch batch{line("a") + line("b") + line("c") + line("d")};
  for (int i = 0; i < 2; ++i)
    batch.answer();
  batch.world.line_files.room = 400;
  CHECK(batch.run() == 1);
  CHECK(batch.results().size() == 1);
  CHECK(batch.says("No space left on device"));
  CHECK(batch.says("--resume"));
}

TEST_CASE("Ctrl-C ends a batch with 130, and it says how to go on") {
  Batch batch{line("a") + line("b") + line("c")};
  batch.answer().look = [&](const HttpRequest&) { batch.world.signals.pending = true; };
  CHECK(batch.run() == 130);
  CHECK(batch.outcomes() == "1:200"); // what was paid for is kept
  CHECK(batch.says("--resume"));
  check_golden(batch.world.terminal.errors);
}

TEST_CASE("--max-time ends the whole batch with 5") {
  Batch batch{line("a") + line("b")};
  batch.answer(429);
  batch.answer(429);
  CHECK(batch.run({"--max-time", "0.1"}) == 5);
  CHECK(batch.says("0.1 seconds (--max-time)"));
}

TEST_CASE("--dry-run counts, shows the first request, and sends and writes nothing") {
  Batch batch{line("a") + "nonsense\n" + line("b"), false};
  CHECK(batch.run({"--dry-run"}) == 0);
  CHECK(batch.world.terminal.output.starts_with("2 lines would be sent, 1 cannot (line 2: "));
  CHECK(batch.world.terminal.output.ends_with(
      "\n\nPOST https://llm.chutes.ai/v1/chat/completions\n"
      "Authorization: Bearer …\nAccept: application/json\nContent-Type: application/json\n\n"
      R"({"model":"m","messages":[]})"
      "\n"));
  CHECK_FALSE(batch.world.line_files.files.contains("out"));
}

TEST_CASE("a batch's lines go to a chute's cord, and bodies that break its schema are not paid for") {
  Batch batch{R"({"prompt":"a"})" + std::string{"\n"}, false};
  batch.world.http.expect("POST", "https://me-mine.chutes.ai/generate", 200, "{}");
  CHECK(batch.world.run({"invoke", "https://me-mine.chutes.ai/generate", "--batch", "in", "-o", "out"}) == 0);
  CHECK(batch.outcomes() == "1:200");
}

TEST_CASE("a batch refuses what would have no effect, before anything is sent") {
  Batch batch{line("a"), false};
  CHECK(batch.run({"--system", "x"}) == 2);
  CHECK(batch.run({"a prompt"}) == 2);
  CHECK(batch.run({"--rate", "fast"}) == 2);
  CHECK(batch.run({"--max-cost", "0"}) == 2);
  CHECK(batch.run({"--retry", "-1"}) == 2);
  CHECK(batch.run({"--max-time", "0"}) == 2);
  CHECK(batch.world.run({"invoke", "--batch", "in", "--jobs", "0"}) == 2);
  CHECK(batch.world.run({"invoke", "--batch", "in", "--resume"}) == 2);
  CHECK(batch.world.run({"invoke", "--batch", "nowhere"}) == 2);
  CHECK(batch.world.run({"invoke", "--batch", "in", "-X", "GET"}) == 2);
  CHECK(batch.world.run({"invoke", "-m", "m", "--jobs", "2", "hello"}) == 2);
  check_golden(batch.world.terminal.errors);
}

TEST_CASE("on a terminal a progress line tells how far it is") {
  Batch batch{line("a")};
  batch.world.terminal.error_tty = true;
  batch.answer();
  CHECK(batch.run() == 0);
  REQUIRE(!batch.world.terminal.progress_lines.empty());
  CHECK(batch.world.terminal.progress_lines.front().starts_with("0 answered, 0 failed"));
  CHECK(batch.world.terminal.progress_lines.back().empty());
}
