// The ways an answer can end.
#include "base/error.hpp"
#include "base/utf8.hpp"
#include "golden.hpp"
#include "service/chat/chat_answers.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

const std::string hello = delta(R"("content":"Hello")");

} // namespace

TEST_CASE("an end marker makes an answer complete, and nothing after it counts") {
  const auto heard =
      hear(hello + event("[DONE]") + delta(R"("content":" again")") + event(R"({"error":"late"})"), true,
           false, 4096);
  CHECK(heard.outcome.end == ChatEnd::complete);
  CHECK(heard.said == "Hello");
}

TEST_CASE("a missing end marker is accepted if a finish_reason came") {
  CHECK(hear(hello + finish("stop")).outcome.end == ChatEnd::complete);
}

TEST_CASE("a stream that just ends is cut, wherever it ends") {
  CHECK(hear(hello).outcome.end == ChatEnd::cut);
  CHECK(hear(hello).said == "Hello");
  CHECK(hear("").outcome.end == ChatEnd::cut);
  CHECK(hear(hello + "data: {\"choices\":[{\"del").outcome.end == ChatEnd::cut);
  CHECK(hear(": keep alive\n\n").outcome.end == ChatEnd::cut);
}

TEST_CASE(
    "a connection that broke makes an answer cut even after a finish_reason, but not after the end marker") {
  CHECK(hear(hello + finish("stop"), true, true).outcome.end == ChatEnd::cut);
  CHECK(hear(hello + finish("stop") + event("[DONE]"), true, true).outcome.end == ChatEnd::complete);
  CHECK(hear(R"({"choices":[{"message":{"content":"Hel)", false, true).outcome.end == ChatEnd::cut);
}

TEST_CASE("an error event ends the answer with the service's reason") {
  const std::pair<const char*, const char*> errors[] = {
      {R"({"error":{"message":"engine died","code":500}})", "engine died"},
      {R"({"error":"engine died"})", "engine died"},
      {R"({"detail":"engine died"})", "engine died"},
      {R"({"object":"error","message":"engine died"})", "engine died"},
      {R"({"choices":[{"error":{"message":"engine died"}}]})", "engine died"},
      {R"({"error":{"code":500}})", R"({"code":500})"}};
  for (const auto& [data, reason] : errors) {
    const auto heard = hear(hello + event(data) + delta(R"("content":"more")") + event("[DONE]"));
    CHECK(heard.outcome.end == ChatEnd::failed);
    CHECK(heard.outcome.error == reason);
    CHECK(heard.said == "Hello");
  }
}

TEST_CASE("what may be an error is one if the answer does not come to its finish_reason") {
  for (const char* data : {R"({"error":{}})", R"({"error":""})", "hello", "\"hello\""}) {
    const auto failed = hear(hello + event(data) + event("[DONE]"));
    CHECK_MESSAGE(failed.outcome.end == ChatEnd::failed, data);
    const bool says_why = std::string_view{data}.find("hello") != std::string_view::npos;
    CHECK(failed.outcome.error == (says_why ? "hello" : "no reason given"));
    CHECK_MESSAGE(hear(hello + event(data) + finish("stop")).outcome.end == ChatEnd::complete, data);
    CHECK_MESSAGE(hear(hello + finish("stop") + event(data)).outcome.end == ChatEnd::complete, data);
    CHECK_MESSAGE(hear(hello + event(data), true, true).outcome.end == ChatEnd::cut, data);
  }
  for (const char* data : {"[5]", "5", "[[{}]]", "true"})
    CHECK_MESSAGE(hear(hello + event(data) + event("[DONE]")).outcome.end == ChatEnd::failed, data);
}

TEST_CASE(
    "a word of failure as finish_reason is a failure, of any choice, and an unknown word is no success") {
  for (const char* word : {"abort", "error", "ERROR", "cancelled", "insufficient_system_resource"}) {
    const auto heard = hear(hello + finish(word) + event("[DONE]"));
    CHECK_MESSAGE(heard.outcome.end == ChatEnd::failed, word);
    CHECK_MESSAGE(heard.outcome.error.find(word) != std::string::npos, heard.outcome.error);
    CHECK(heard.said == "Hello");
  }
  const auto second = hear(hello + event(R"({"choices":[{"index":1,"delta":{},"finish_reason":"abort"}]})") +
                           finish("stop") + event("[DONE]"));
  CHECK(second.outcome.end == ChatEnd::failed);
  CHECK(second.outcome.finish_reason == "stop");
  const auto unknown = hear(hello + finish("weird"));
  CHECK(unknown.outcome.end == ChatEnd::complete);
  CHECK(unknown.outcome.ending == Ending::unknown);
  CHECK(unknown.outcome.worst_reason == "weird");
}

TEST_CASE("the words for an ending are read in any case and with any separator") {
  CHECK(ending_of("STOP") == Ending::complete);
  CHECK(ending_of("") == Ending::complete);
  CHECK(ending_of("Max-Tokens") == Ending::length);
  CHECK(ending_of("content filter") == Ending::filter);
  CHECK(ending_of("stopped") == Ending::unknown);
  CHECK(ending_of("stop, error") == Ending::unknown);
}

TEST_CASE("an error of null is no error") {
  CHECK(hear(event(R"({"error":null,"choices":[{"index":0,"delta":{"content":"a"}}]})") + finish("stop"))
            .outcome.end == ChatEnd::complete);
}

TEST_CASE("a bare JSON error at the end, without 'data:', is the service's error") {
  const std::string error = R"({"error":"Unhandled exception during response stream: x"})";
  for (const std::string end : {"", "\n", "\n\n"})
    for (std::size_t piece = 1; piece < 80; ++piece) {
      const auto heard = hear(hello + error + end, true, false, piece);
      CHECK(heard.outcome.end == ChatEnd::failed);
      CHECK(heard.outcome.error == "Unhandled exception during response stream: x");
      CHECK(heard.said == "Hello");
    }
  CHECK(hear(hello + error, true, true).outcome.error == "Unhandled exception during response stream: x");
}

TEST_CASE("a chunk that cannot be parsed makes the answer a failure, and what follows is passed on") {
  for (const char* data : {R"({"choices":)", R"({"choices":]})", "[", "{]"}) {
    const auto heard =
        hear(hello + event(data) + delta(R"("content":"more")") + finish("stop") + event("[DONE]"));
    CHECK(heard.outcome.end == ChatEnd::failed);
    CHECK(heard.said == "Hellomore");
  }
}

TEST_CASE("an event that says nothing changes nothing") {
  for (const char* data : {"", "null", "[]", "{}", "true", "0", ": keepalive", R"({"type":"ping"})", "\"\""})
    CHECK_MESSAGE(hear(hello + event(data) + finish("stop")).outcome.end == ChatEnd::complete, data);
}

TEST_CASE("a page in place of a stream is a failure of the service, not a cut") {
  const auto heard = hear("<!doctype html>\n<html><body>maintenance</body></html>\n");
  CHECK(heard.outcome.end == ChatEnd::failed);
  CHECK(heard.outcome.error.find("event stream") != std::string::npos);
}

TEST_CASE("an unstreamed answer that is invalid is a failure, with the reason if there is one") {
  for (const char* body : {"<html></html>", "", "[]"})
    CHECK(hear(body, false).outcome.error.find("JSON object") != std::string::npos);
  for (const char* body : {"{}", R"({"choices":[]})"})
    CHECK(hear(body, false).outcome.error.find("no answer") != std::string::npos);
  check_golden(hear("[]", false).outcome.error + "\n" + hear("{}", false).outcome.error);
  CHECK(hear(R"({"error":{"message":"engine died"}})", false).outcome.error == "engine died");
  CHECK(hear("{}", false).outcome.end == ChatEnd::failed);
}

TEST_CASE("a reason in an error is one harmless line") {
  CHECK(hear(event(R"({"error":"a\nb\u001b[31mc"})")).outcome.error == "a bc");
}

TEST_CASE("no damaged byte of a stream does more than end it: what is reported is JSON, and text is never "
          "made up") {
  const std::string stream = hello +
                             delta(R"("tool_calls":[{"index":0,"id":"t","function":{"arguments":"{}"}}])") +
                             finish("stop") + event("[DONE]");
  for (std::size_t at = 0; at < stream.size(); ++at)
    for (const char damage : {'\0', '"', '{', '}', '[', ':', '\n', '\r', '7', '\xFF'}) {
      std::string damaged = stream;
      damaged[at] = damage;
      const auto heard = hear(damaged, true, false, 31);
      CHECK((heard.outcome.response.empty() || parse_json(heard.outcome.response)));
      CHECK(character_count(heard.said) <= 5);
      CHECK((heard.outcome.end == ChatEnd::failed) == !heard.outcome.error.empty());
    }
}

TEST_CASE(
    "a page in one line is no cut stream either, but a stream that broke off within its first event is") {
  for (const char* page : {"<html><body>Sign in</body></html>", "null", "\"ok\"", "[5]", "{}{}"})
    CHECK_MESSAGE(hear(page).outcome.end == ChatEnd::failed, page);
  CHECK(hear(R"(data: {"choices":[{"delta":)").outcome.end == ChatEnd::cut);
  CHECK(hear("").outcome.end == ChatEnd::cut);
  CHECK(hear("<html>", true, true).outcome.end == ChatEnd::cut);
}

TEST_CASE("without any part of an answer there is no response, and an end marker alone is not an answer") {
  CHECK(hear("").outcome.response.empty());
  CHECK(hear("", false, true).outcome.response.empty());
  const auto only_end = hear(event("[DONE]"));
  CHECK(only_end.outcome.end == ChatEnd::failed);
  CHECK(only_end.outcome.error.find("no answer") != std::string::npos);
  CHECK(only_end.outcome.response.empty());
}

TEST_CASE("an answer in one piece without a message holds no answer") {
  for (const char* choice : {"5", "null", "[]", "{}", R"({"message":null})", R"({"message":"Hello"})"}) {
    const auto heard = hear(R"({"choices":[)" + std::string{choice} + "]}", false);
    CHECK_MESSAGE(heard.outcome.end == ChatEnd::failed, choice);
    CHECK_MESSAGE(heard.outcome.error.find("no answer") != std::string::npos, choice);
  }
}

TEST_CASE("an answer longer than 64 MiB ends the reading, streamed or not, in one choice or in many") {
  constexpr std::size_t most_bytes = 300U << 20U;
  const auto kind_of_failure = [](bool streamed, const auto& next) {
    RecordingListener listener;
    ChatReader reader{listener, streamed};
    try {
      for (std::size_t fed = 0, i = 0; fed < most_bytes; ++i) {
        const std::string piece = next(i);
        fed += piece.size();
        reader.feed(piece);
        listener.said.clear();
      }
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::internal;
  };
  const std::string mebibyte(1U << 20U, 'x');
  CHECK(kind_of_failure(false, [&](std::size_t) { return mebibyte; }) == ErrorKind::service);
  CHECK(kind_of_failure(true, [&](std::size_t) { return delta(R"("content":")" + mebibyte + '"'); }) ==
        ErrorKind::service);
  CHECK(kind_of_failure(true, [&](std::size_t i) {
          return event(R"({"choices":[{"index":)" + std::to_string(i) + R"(,"delta":{"content":"x"}}]})");
        }) == ErrorKind::service);
}
