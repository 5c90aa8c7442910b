#include "golden.hpp"
#include "service/batch/batch_result.hpp"
#include "service/batch/finished_lines.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

const BatchLine line = parse_batch_line(R"({"custom_id":"a","body":{"model":"m"}})", 3, {});

HttpResponse answered(const std::string& body, const std::string& type = "application/json") {
  return {200, {{"Content-Type", type}, {"X-Chutes-InvocationID", "inv-1"}}, body, {}};
}

std::string rendered(const HttpResponse& response, std::optional<double> cost = std::nullopt) {
  const auto answer = read_batch_answer(response);
  return render_batch_result(line, {response, std::nullopt, 1}, &answer, cost);
}

} // namespace

TEST_CASE("a result has the form of OpenAI's batch output, and says which line it is of") {
  const auto text = rendered(answered("{ \"id\": \"c1\",\n \"usage\": null }"), 0.25);
  const auto digest = string_field(*parse_json(text), "request").value_or("");
  CHECK(digest.size() == 16);
  CHECK(
      text ==
      R"({"id":"batch_req_3","custom_id":"a","response":{"status_code":200,"request_id":"inv-1","body":{"id":"c1","usage":null}},"error":null,"line":3,"request":")" +
          digest + R"(","attempts":1,"cost_usd":0.25})");
}

TEST_CASE("a failure without an answer has an error and no response") {
  const auto text = render_batch_result(parse_batch_line("x", 7, {}),
                                        {std::nullopt, BatchFailure{"usage", "the line is not JSON"}, 0},
                                        nullptr, std::nullopt);
  CHECK(text.starts_with(
      R"({"id":"batch_req_7","custom_id":null,"response":null,"error":{"code":"usage","message":"the line is not JSON"},"line":7,)"));
}

TEST_CASE("text is a string of the result, and bytes are base64") {
  CHECK(read_batch_answer(answered("plain \"text\"", "text/plain")).body == R"("plain \"text\"")");
  CHECK(read_batch_answer(answered("\xff\xd8", "image/jpeg")).body ==
        R"({"content_type":"image/jpeg","base64":"/9g="})");
}

TEST_CASE("a success that should be JSON and is not is defective") {
  const auto defect = read_batch_answer(answered("{\"a\":")).defect;
  CHECK(defect.find("JSON") != std::string::npos);
  check_golden(defect);
  CHECK(read_batch_answer(answered("{}")).defect.empty());
}

TEST_CASE("a success that answers a chat with anything else is defective") {
  const auto defect_of = [](const char* body, const char* type) {
    return read_batch_answer(answered(body, type), BatchQuestion::chat).defect;
  };
  const auto no_chat = defect_of("null", "application/json");
  CHECK(no_chat.find("chat completion") != std::string::npos);
  check_golden(no_chat);
  for (const char* body : {"5", "[5]", "{}", R"({"choices":[]})", R"({"choices":5})"})
    CHECK_MESSAGE(defect_of(body, "application/json") == no_chat, body);
  CHECK(defect_of("<html>Sign in</html>", "text/html") == no_chat);
  CHECK(defect_of(R"({"choices":[{"message":{"content":"Hi"}}]})", "application/json").empty());
}

TEST_CASE("a streamed answer is assembled into the whole object, and its end is checked") {
  const std::string chunk =
      R"(data: {"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]})"
      "\n\n";
  const auto whole = read_batch_answer(answered(chunk + "data: [DONE]\n\n", "text/event-stream"));
  CHECK(whole.defect.empty());
  CHECK(whole.model == "m");
  CHECK(whole.body.find(R"("content":"Hi")") != std::string::npos);
  const auto defect = read_batch_answer(answered(chunk, "text/event-stream")).defect;
  CHECK(defect.find("end marker") != std::string::npos);
  check_golden(defect);
}

TEST_CASE("the token usage of an answer is read with it") {
  const auto answer = read_batch_answer(
      answered(R"({"model":"m-TEE","usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}})"));
  CHECK(answer.use == TokenUse{3, 5});
  CHECK(answer.model == "m-TEE");
  CHECK_FALSE(read_batch_answer(answered(R"({"usage":null})")).use);
}

TEST_CASE("tokens that cannot be counted are unknown, not none") {
  const auto use_of = [](const std::string& usage) {
    return read_batch_answer(answered(R"({"usage":)" + usage + "}")).use;
  };
  CHECK(use_of(R"({"prompt_tokens":3,"total_tokens":3})") == TokenUse{3, 0}); // an embedding
  CHECK(use_of(R"({"prompt_tokens":0,"completion_tokens":2.0})") == TokenUse{0, 2});
  CHECK(use_of(R"({"prompt_tokens":1000000000000,"completion_tokens":0})") == TokenUse{1'000'000'000'000, 0});
  const auto huge = "1" + std::string(30, '0');
  for (const std::string& count :
       {huge, std::string{"1e300"}, std::string{"1000000000001"}, std::string{"-1"}, std::string{"0.5"},
        std::string{"null"}, std::string{"NaN"}, std::string{"\"many\""}, std::string{"true"},
        std::string{"[5]"}}) {
    CHECK_MESSAGE(!use_of(R"({"completion_tokens":5,"prompt_tokens":)" + count + "}"), count);
    CHECK_MESSAGE(!use_of(R"({"prompt_tokens":5,"completion_tokens":)" + count + "}"), count);
  }
  for (const char* usage : {"{}", "5", R"({"completion_tokens":5})", R"({"total_tokens":5})"})
    CHECK_MESSAGE(!use_of(usage), usage);
}

TEST_CASE("tokens cost what the list says per million, and the cost of an unlisted model is unknown") {
  Model model;
  model.id = "m";
  model.input_price = 1;
  model.output_price = 4;
  const TokenPrices prices{{model}};
  CHECK(prices.cost("m", {1'000'000, 500'000}) == 3.0);
  CHECK_FALSE(prices.cost("n", {1, 1}));
}

TEST_CASE("a result is read back: its request, and whether that must be sent again") {
  CHECK(read_batch_result(rendered(answered("{}"))) == KeptResult{line.key(), line.digest, true});
  HttpResponse refused = answered("{}");
  refused.status = 404;
  CHECK(read_batch_result(rendered(refused)) == KeptResult{line.key(), line.digest, false});
  const auto answer = read_batch_answer(answered("{}"));
  const auto cut =
      render_batch_result(line, {answered("{}"), BatchFailure{"incomplete", "cut"}, 1}, &answer, {});
  CHECK(read_batch_result(cut) == KeptResult{line.key(), line.digest, false});
}

TEST_CASE("a line that is not a result of this program is not read as one") {
  for (const char* text : {"", "{}", "[]", R"({"line":1})", R"({"line":0,"request":"0123456789abcdef"})",
                           R"({"line":1,"request":"xyz"})", R"({"line":1,"request":"0123456789abcdef")"})
    CHECK_FALSE(read_batch_result(text));
}

TEST_CASE("a line is finished if its request was answered, and foreign if another request was in its place") {
  FinishedLines finished;
  const auto other = parse_batch_line(R"({"custom_id":"a","body":{"model":"n"}})", 3, {});
  CHECK(finished.verdict(line) == FinishedLines::Verdict::open);
  finished.add(line.key(), line.digest);
  CHECK(finished.verdict(line) == FinishedLines::Verdict::finished);
  CHECK(finished.verdict(other) == FinishedLines::Verdict::other);
  CHECK(finished.verdict(parse_batch_line("{}", 3, {})) == FinishedLines::Verdict::open);
  finished.add(line.key(), line.digest);
  CHECK(finished.count() == 1);
}
