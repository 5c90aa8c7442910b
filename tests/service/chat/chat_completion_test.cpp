#include "base/error.hpp"
#include "service/chat/chat_answers.hpp"
#include "service/chat/chat_completion.hpp"
#include "service/chat/chat_request.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;

TEST_CASE("the body holds the request, a real boolean for stream, and nothing random") {
  ChatRequest request{"m", "", "Hello", {}, {}, true};
  CHECK(chat_body(request) ==
        R"({"model":"m","messages":[{"role":"user","content":"Hello"}],"stream":true})");
  CHECK(chat_body(request) == chat_body(request));
  request = {"m", "Be brief", "Hello \"you\"", 0.5, 100, false};
  CHECK(
      chat_body(request) ==
      R"({"model":"m","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"Hello \"you\""}],"stream":false,"temperature":0.5,"max_tokens":100})");
}

TEST_CASE("in a prompt that is not UTF-8, invalid bytes are replaced") {
  CHECK(chat_body({"m", "", "a\xFF", {}, {}, true}).find("a\xEF\xBF\xBD\"") != std::string::npos);
}

TEST_CASE("images become parts of the prompt's message, and earlier messages precede it") {
  ChatRequest request{"m", "Be brief", "What is this?", {}, {}, true};
  request.images = {"https://example.org/cat.png", "data:image/png;base64,AAAA"};
  request.earlier = {R"({"role":"user","content":"Hi"})", R"({"role":"assistant","content":"Hello"})"};
  const std::string question = R"({"role":"user","content":[{"type":"text","text":"What is this?"},)"
                               R"({"type":"image_url","image_url":{"url":"https://example.org/cat.png"}},)"
                               R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]})";
  CHECK(user_message(request) == question);
  CHECK(chat_body(request) ==
        R"({"model":"m","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"Hi"},)"
        R"({"role":"assistant","content":"Hello"},)" +
            question + R"(],"stream":true})");
}

TEST_CASE("stop texts, a seed, a schema and any other parameter are in the body under their API names") {
  ChatRequest request{"m", "", "x", {}, {}, true};
  request.stop = {"END", "[x]"};
  request.seed = 7;
  request.schema = R"({"title":"Person","type":"object"})";
  request.parameters = R"({"top_p":0.9,"chat_template_kwargs":{"thinking":true}})";
  CHECK(
      chat_body(request) ==
      R"({"model":"m","messages":[{"role":"user","content":"x"}],"stream":true,"stop":["END","[x]"],"seed":7,)"
      R"("response_format":{"type":"json_schema","json_schema":{"name":"Person",)"
      R"("schema":{"title":"Person","type":"object"},"strict":true}},)"
      R"("top_p":0.9,"chat_template_kwargs":{"thinking":true}})");
  request.schema = R"({"title":"A person, of course","type":"object"})";
  CHECK(chat_body(request).find(R"("name":"answer")") != std::string::npos);
}

TEST_CASE("the outcome reports what accompanies a message's text: refusals, tool calls, other members and "
          "choices") {
  const auto heard = hear(
      delta(R"("refusal":"I can")") + delta(R"("refusal":"not")") +
      delta(R"("tool_calls":[{"index":0,"id":"t","function":{"name":"weather","arguments":"{\"city\":"}}])") +
      delta(
          R"("tool_calls":[{"index":0,"function":{"arguments":"\"Graz\"}"}}],"audio":{"id":"a"},"annotations":[])") +
      event(R"({"choices":[{"index":1,"delta":{"content":"other"}}]})") + finish("stop"));
  CHECK(heard.outcome.refusal == "I cannot");
  CHECK(heard.outcome.tool_calls == std::vector<std::string>{R"(weather({"city":"Graz"}))"});
  CHECK(heard.outcome.further == std::vector<std::string>{"audio"});
  CHECK(heard.outcome.choices == 2);
  CHECK(heard.outcome.text.empty());
}

TEST_CASE("an unstreamed answer gives the same outcome") {
  const auto heard =
      hear(R"({"choices":[{"message":{"role":"assistant","content":"Hello","refusal":null,"tool_calls":null,)"
           R"("reasoning_content":"hm","images":[{"type":"image_url"}]}},{"message":{}}]})",
           false);
  CHECK(heard.outcome.text == "Hello");
  CHECK(heard.outcome.refusal.empty());
  CHECK(heard.outcome.tool_calls.empty());
  CHECK(heard.outcome.further == std::vector<std::string>{"images"});
  CHECK(heard.outcome.choices == 2);
}

TEST_CASE("text is passed on as it comes, and the whole answer is available at the end") {
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

TEST_CASE("an answer, or its text, is kept only on request") {
  for (const auto kept : {Kept::text, Kept::nothing}) {
    RecordingListener listener;
    ChatReader reader{listener, true, kept};
    reader.feed(delta(R"("content":"Hel","reasoning":"Hm")") + delta(R"("content":"lo")") + finish("stop") +
                event("[DONE]"));
    const auto outcome = reader.finish(false);
    CHECK(listener.said == "Hello");
    CHECK(listener.thought == "Hm");
    CHECK(outcome.response.empty());
    CHECK(outcome.text == (kept == Kept::text ? "Hello" : ""));
    CHECK_FALSE(outcome.empty);
    CHECK(outcome.further.empty());
    CHECK(outcome.end == ChatEnd::complete);
    CHECK(outcome.finish_reason == "stop");
  }
}

TEST_CASE("only text that is kept has a limit") {
  RecordingListener listener;
  const auto mebibyte = std::string(1U << 20U, 'a');
  const auto chunk = delta("\"content\":\"" + mebibyte + '"');
  constexpr int more_than_is_kept = 65;
  const auto read = [&](Kept kept) {
    ChatReader reader{listener, true, kept};
    for (int count = 0; count < more_than_is_kept; ++count)
      reader.feed(chunk);
  };
  CHECK_NOTHROW(read(Kept::nothing));
  CHECK(listener.said.size() == more_than_is_kept * mebibyte.size());
  CHECK_THROWS_WITH_AS(read(Kept::text), "the answer is longer than 64 MiB", Error);
}

TEST_CASE(
    "distinct members of chunks, choices and deltas are kept up to the limit, and repeated ones for ever") {
  int number = 0;
  const auto read = [&](const auto& chunk_of) {
    RecordingListener listener;
    ChatReader reader{listener, true, Kept::response};
    constexpr int more_than_are_kept = 66'000; // of a KiB each
    for (int i = 0; i < more_than_are_kept; ++i)
      reader.feed(event(chunk_of(std::to_string(++number))));
  };
  const auto limit = "the answer is longer than 64 MiB";
  CHECK_THROWS_WITH_AS(read([](const std::string& name) { return R"({"m)" + name + R"(":1,"choices":[]})"; }),
                       limit, Error);
  CHECK_THROWS_WITH_AS(read([](const std::string& name) {
                         return R"({"choices":[{"index":0,"m)" + name + R"(":1,"delta":{}}]})";
                       }),
                       limit, Error);
  CHECK_THROWS_WITH_AS(read([](const std::string& name) {
                         return R"({"choices":[{"index":0,"delta":{"m)" + name + R"(":1}}]})";
                       }),
                       limit, Error);
  CHECK_NOTHROW(read([](const std::string& name) {
    return R"({"id":"c)" + name + R"(","choices":[{"index":0,"delta":{"role":"assistant","score":)" + name +
           "}}]}";
  }));
}

TEST_CASE("a listener receives a piece as soon as its event is complete") {
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

TEST_CASE("tokens that cannot be counted are unknown") {
  for (const char* count : {"-1", "0.5", "1e30", "null", "\"many\""}) {
    const auto tokens = R"({"prompt_tokens":)" + std::string{count} + R"(,"completion_tokens":)" + count;
    const auto heard = hear(delta(R"("content":"a")") + event(R"({"choices":[],"usage":)" + tokens + "}}") +
                            event("[DONE]"));
    CHECK_MESSAGE(!heard.outcome.prompt_tokens, count);
    CHECK_MESSAGE(!heard.outcome.completion_tokens, count);
  }
}

TEST_CASE("a model's reasoning is separate from its text, under both names that engines use") {
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

TEST_CASE("a message beside the deltas of a stream does not replace what they made") {
  for (const char* message : {"5", R"({"content":7})", R"({"tool_calls":[5]})"}) {
    const auto chunk =
        R"({"choices":[{"delta":{"content":"a","tool_calls":[{"index":0,"id":"t"}]},"message":)" +
        std::string{message} + "}]}";
    const auto heard = hear(event(chunk) + event(chunk) + finish("stop"));
    CHECK(heard.said == "aa");
    CHECK(heard.outcome.text == "aa");
  }
}

TEST_CASE("a message in a chunk does not take the place of the one that is put together") {
  const auto heard = hear(event(R"({"choices":[{"index":0,"message":5}]})") + delta(R"("content":"Hello")") +
                          delta(R"("content":"!")") + finish("stop"));
  CHECK(heard.said == "Hello!");
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

TEST_CASE("an exception of the listener ends the reading") {
  struct Gone final : ChatListener {
    void text(std::string_view) override { throw Error{ErrorKind::reader_gone, "gone"}; }
    void reasoning(std::string_view) override {}
  };
  Gone gone;
  ChatReader reader{gone, true};
  CHECK_THROWS_AS(reader.feed(delta(R"("content":"a")")), Error);
}
