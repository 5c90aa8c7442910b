#include "golden.hpp"
#include "service/batch/batch_line.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;

namespace {

BatchLine parsed(const std::string& text, const BatchDefaults& defaults = {}) {
  return parse_batch_line(text, 3, defaults);
}

} // namespace

TEST_CASE("a line as in OpenAI's batch files is a request") {
  const auto line = parsed(
      R"({"custom_id": "a", "method": "post", "url": "/v1/embeddings", "body": {"model": "m", "input": "x"}})");
  CHECK(line.fault.empty());
  CHECK(line.number == 3);
  CHECK(line.custom_id == "a");
  CHECK(line.method == "POST");
  CHECK(line.url == "/v1/embeddings");
  CHECK(line.body == R"({"model":"m","input":"x"})");
  CHECK(line.model == "m");
}

TEST_CASE("a line may be only a body, even one with a member called body") {
  CHECK(parsed(R"({"model":"m","messages":[]})").body == R"({"model":"m","messages":[]})");
  CHECK(parsed(R"({"body":"text"})").body == R"({"body":"text"})");
  CHECK_FALSE(parsed(R"({"model":"m"})").custom_id);
}

TEST_CASE("a bare body's custom_id is the line's, and is not sent") {
  const BatchDefaults defaults{"mine", ""};
  const auto line = parsed(R"({"custom_id":"a","messages":[],"n":2})", defaults);
  CHECK(line.custom_id == "a");
  CHECK(line.body == R"({"model":"mine","messages":[],"n":2})");
  CHECK(line.fault.empty());
  CHECK(line.key() == parsed(R"({"custom_id":"a","body":{"messages":[]}})").key());
  CHECK(line.key() != parsed(R"({"custom_id":"b","messages":[]})").key());
  CHECK(parsed(R"({"messages":[],"custom_id":""})").custom_id == "");
  CHECK(parsed(R"({"messages":[{"custom_id":"inner"}]})").body == R"({"messages":[{"custom_id":"inner"}]})");
  CHECK(parsed(R"({"custom_id":7,"messages":[]})").fault.find("custom_id") != std::string::npos);
}

TEST_CASE("a line with method and url needs no body") {
  const auto line = parsed(R"({"method":"GET","url":"/v1/models"})");
  CHECK(line.fault.empty());
  CHECK(line.method == "GET");
  CHECK(line.body.empty());
}

TEST_CASE("the default model comes first in bodies without a model, and does not change the others") {
  const BatchDefaults defaults{"mine", ""};
  CHECK(parsed(R"({"messages":[]})", defaults).body == R"({"model":"mine","messages":[]})");
  CHECK(parsed(R"({"messages":[]})", defaults).model == "mine");
  CHECK(parsed(R"({"messages":[],"model":"own"})", defaults).body == R"({"messages":[],"model":"own"})");
  CHECK(parsed(R"({"messages":[],"model":"own"})", defaults).model == "own");
}

TEST_CASE("a line that cannot be sent says why") {
  const std::pair<const char*, const char*> rows[] = {{"nonsense", "line"},
                                                      {R"({"a":1} {"b":2})", "line"},
                                                      {"[1]", "line"},
                                                      {R"("a prompt")", "line"},
                                                      {R"({"custom_id":"a","body":[1]})", "body"},
                                                      {R"({"custom_id":7,"body":{}})", "custom_id"},
                                                      {R"({"method":"P OST","body":{}})", "method"},
                                                      {R"({"method":"P0ST","body":{}})", "method"},
                                                      {R"({"url":1,"body":{}})", "url"}};
  std::string all;
  for (const auto& [text, place] : rows) {
    const auto fault = parsed(text).fault;
    CHECK_MESSAGE(fault.find(place) != std::string::npos, text);
    all += std::string{text} + "\n  " + fault + "\n";
  }
  check_golden(all);
}

TEST_CASE("a result is found by the custom_id, else by the line's number") {
  const BatchDefaults none;
  const auto a = R"({"custom_id":"a","body":{}})";
  CHECK(parse_batch_line(a, 1, none).key() == parse_batch_line(a, 2, none).key());
  CHECK(parse_batch_line("{}", 1, none).key() != parse_batch_line("{}", 2, none).key());
  CHECK(parse_batch_line(R"({"custom_id":"1","body":{}})", 9, none).key() !=
        parse_batch_line("{}", 1, none).key());
}

TEST_CASE("a different text, model or target is a different request") {
  const auto digest = parsed("{}").digest;
  CHECK(parsed("{}").digest == digest);
  CHECK(parsed("{ }").digest != digest);
  CHECK(parsed("{}", {"m", ""}).digest != digest);
  CHECK(parsed("{}", {"", "POST https://x/y"}).digest != digest);
}
