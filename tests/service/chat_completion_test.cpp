#include "base/error.hpp"
#include "service/chat_answers.hpp"
#include "service/chat_completion.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;

TEST_CASE("the body holds what was asked, a real boolean for stream, and nothing at random") {
  ChatRequest request{"m", "", "Hello", {}, {}, true};
  CHECK(chat_body(request) ==
        R"({"model":"m","messages":[{"role":"user","content":"Hello"}],"stream":true})");
  CHECK(chat_body(request) == chat_body(request));
  request = {"m", "Be brief", "Hello \"you\"", 0.5, 100, false};
  CHECK(
      chat_body(request) ==
      R"({"model":"m","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"Hello \"you\""}],"stream":false,"temperature":0.5,"max_tokens":100})");
}

TEST_CASE("a prompt that is not UTF-8 is sent as the nearest thing that is") {
  CHECK(chat_body({"m", "", "a\xFF", {}, {}, true}).find("a\xEF\xBF\xBD\"") != std::string::npos);
}

TEST_CASE("text is heard the moment it comes, and the whole answer stands at the end") {
  const std::string stream =
      delta(R"("role":"assistant","content":"")") + delta(R"("content":"Hel")") +
      delta(R"("content":"lo 世")") + finish("stop") +
      event(R"({"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}})") +
      event("[DONE]");
  for (std::size_t piece = 1; piece < 40; ++piece) {
    const auto heard = hear(stream, true, false, piece);
    CHECK(heard.said == "Hello 世");
    CHECK(heard.pieces == 2);
    CHECK(heard.outcome.end == ChatEnd::complete);
    CHECK(heard.outcome.finish_reason == "stop");
    CHECK(heard.outcome.prompt_tokens == 3);
    CHECK(heard.outcome.completion_tokens == 2);
    CHECK(!heard.outcome.empty);
    CHECK(
        heard.outcome.response ==
        R"({"id":"c1","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello 世"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}})");
  }
}

TEST_CASE("a listener hears a piece as soon as its event is complete") {
  RecordingListener listener;
  ChatReader reader{listener, true};
  reader.feed(delta(R"("content":"first")"));
  CHECK(listener.said == "first");
  reader.feed("data: {\"choices\":");
  CHECK(listener.said == "first");
}

TEST_CASE("usage in every chunk is not added up: the last one counts") {
  const auto chunk = [](const char* text, int tokens) {
    return event(R"({"choices":[{"index":0,"delta":{"content":")" + std::string{text} +
                 R"("}}],"usage":{"prompt_tokens":3,"completion_tokens":)" + std::to_string(tokens) + "}}");
  };
  const auto heard =
      hear(chunk("a", 1) + chunk("b", 2) + delta(R"("content":"c")") + finish("stop") + event("[DONE]"));
  CHECK(heard.said == "abc");
  CHECK(heard.outcome.completion_tokens == 2);
}

TEST_CASE("a model's thoughts are told apart from its words, under both names engines give them") {
  const auto heard = hear(delta(R"("reasoning_content":"Hm, ")") + delta(R"("reasoning_content":"yes.")") +
                          delta(R"("content":"Yes")") + finish("stop") + event("[DONE]"));
  CHECK(heard.thought == "Hm, yes.");
  CHECK(heard.said == "Yes");
  CHECK(heard.outcome.response.find(R"("content":"Yes","reasoning_content":"Hm, yes.")") !=
        std::string::npos);
  CHECK(hear(delta(R"("reasoning":"Hm")") + finish("stop")).thought == "Hm");
}

TEST_CASE("tool calls are put together from their pieces") {
  const auto heard = hear(
      delta(
          R"("tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"add","arguments":"{\"a\""}}])") +
      delta(
          R"("tool_calls":[{"index":1,"id":"t2","type":"function","function":{"name":"sub","arguments":""}}])") +
      delta(
          R"("tool_calls":[{"index":0,"function":{"arguments":":1}"}},{"index":1,"function":{"arguments":"{}"}}])") +
      finish("tool_calls") + event("[DONE]"));
  CHECK(heard.outcome.empty);
  CHECK(
      heard.outcome.response.find(
          R"("tool_calls":[{"id":"t1","type":"function","function":{"name":"add","arguments":"{\"a\":1}"}},{"id":"t2","type":"function","function":{"name":"sub","arguments":"{}"}}])") !=
      std::string::npos);
}

TEST_CASE("nonsense in place of tool calls, choices and deltas does no harm") {
  const auto heard = hear(
      delta(R"("tool_calls":[{"index":99999999},{"index":-3},7,null,{"function":7}],"content":7)") +
      event(R"({"choices":[7,null,{"index":"x","delta":[]},{"delta":{"content":"ok"}}],"usage":"none"})") +
      event(R"({"choices":{"a":1}})") + finish("stop"));
  CHECK(heard.said == "ok");
  CHECK(heard.outcome.end == ChatEnd::complete);
}

TEST_CASE("a refusal and fields of the engine's own are kept in the whole answer") {
  const auto heard = hear(
      delta(R"("refusal":"I can")") + delta(R"("refusal":"not")") +
      event(
          R"({"chutes_verification":"abc","choices":[{"index":0,"delta":{},"finish_reason":"stop","matched_stop":7}]})"));
  CHECK(heard.outcome.response.find(R"("refusal":"I cannot")") != std::string::npos);
  CHECK(heard.outcome.response.find(R"("chutes_verification":"abc")") != std::string::npos);
  CHECK(heard.outcome.response.find(R"("matched_stop":7)") != std::string::npos);
}

TEST_CASE("of several choices the first is said and all are kept") {
  const auto heard =
      hear(event(R"({"choices":[{"index":1,"delta":{"content":"B"}},{"index":0,"delta":{"content":"A"}}]})") +
           finish("stop") + event("[DONE]"));
  CHECK(heard.said == "A");
  CHECK(heard.outcome.response.find(R"({"index":1,"message":{"role":"assistant","content":"B"})") !=
        std::string::npos);
}

TEST_CASE("an answer that is not streamed is passed on as the service wrote it") {
  const std::string document =
      R"({"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"Hello","reasoning_content":"Hm"},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":1},"metadata":{"z":1}})";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
    const auto heard = hear(document, false, false, piece);
    CHECK(heard.said == "Hello");
    CHECK(heard.thought == "Hm");
    CHECK(heard.outcome.end == ChatEnd::complete);
    CHECK(heard.outcome.finish_reason == "length");
    CHECK(heard.outcome.completion_tokens == 1);
    CHECK(heard.outcome.response == document);
  }
}

TEST_CASE("an answer that should have been streamed and was not is taken all the same") {
  const std::string document =
      R"({"choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]})";
  for (const std::string end : {"", "\n"}) {
    const auto heard = hear(document + end);
    CHECK(heard.said == "Hello");
    CHECK(heard.outcome.end == ChatEnd::complete);
  }
}

TEST_CASE("what a listener throws ends the reading") {
  struct Gone final : ChatListener {
    void text(std::string_view) override { throw Error{ErrorKind::reader_gone, "gone"}; }
    void reasoning(std::string_view) override {}
  };
  Gone gone;
  ChatReader reader{gone, true};
  CHECK_THROWS_AS(reader.feed(delta(R"("content":"a")")), Error);
}
