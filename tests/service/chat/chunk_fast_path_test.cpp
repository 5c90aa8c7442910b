#include "service/chat/chat_answers.hpp"
#include "service/chat/chunk_fast_path.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <optional>

using namespace chutes;
using namespace chutes::service;

namespace {

// A chunk as engines write it; `content` as JSON writes it between its quotation marks.
std::string chunk(const std::string& content, const std::string& tokens = "3",
                  const std::string& more = R"("reasoning_content":null)", const std::string& index = "0",
                  const std::string& reason = "null") {
  return R"({"id":"c1","choices":[{"index":)" + index + R"(,"delta":{"content":")" + content + R"(",)" +
         more + R"(},"finish_reason":)" + reason + R"(}],"usage":{"completion_tokens":)" + tokens + "}}";
}

ChunkFastPath learned(const std::string& data) {
  ChunkFastPath shape;
  shape.learn(data, *parse_json(data));
  return shape;
}

std::optional<std::string> read(const ChunkFastPath& shape, const std::string& data) {
  std::string text = "before ";
  if (shape.read(data, text))
    return text;
  CHECK(text == "before ");
  return std::nullopt;
}

} // namespace

TEST_CASE("a chunk like the one before it is read for its text, whatever its content and its numbers") {
  const auto shape = learned(chunk("Hello"));
  CHECK(read(shape, chunk(" world", "4")) == "before  world");
  CHECK(read(shape, chunk("", "12345")) == "before ");
  CHECK(read(shape, chunk(R"(a\n\"b\"\\\t\/)")) == "before a\n\"b\"\\\t/");
  CHECK(read(shape, chunk("café 世界")) == "before café 世界");
}

TEST_CASE("what is not quite alike, or not plain, is left to the parser") {
  const auto shape = learned(chunk("Hello"));
  for (const auto& other :
       {chunk("x", "3", R"("reasoning_content":"hm")"), chunk("x", "3", R"("reasoning_content":null)", "1"),
        chunk("x", "3", R"("reasoning_content":null)", "0", R"("stop")"), chunk("x", "null"),
        chunk("x", "-3"), chunk("x", "03"), chunk("x", "3.5"), chunk("x", "3e5"),
        chunk("x", std::string(19, '1')), chunk(R"(\u00e9)"), chunk("\x01"), chunk("caf\xE9"),
        chunk("x").substr(0, 60), chunk("x") + " ", chunk("x\",\"refusal\":\"no"), std::string{"{}"},
        std::string{}})
    CHECK_MESSAGE(!read(shape, other), other);
}

TEST_CASE("nothing is learned from a chunk that says more than its content, or less, or of another choice") {
  for (const auto& data :
       {chunk("x", "3", R"("reasoning_content":"hm")"), chunk("x", "3", R"("tool_calls":[])"),
        chunk("x", "3", R"("role":"assistant")", "1"), chunk("x", "3", R"("role":5)"),
        std::string{R"({"choices":[]})"}, std::string{R"({"choices":[{"delta":{"role":"assistant"}}]})"},
        std::string{R"({"error":"x"})"},
        std::string{R"({"x":{"content":"A"},"choices":[{"delta":{"content" :"A"}}]})"}})
    CHECK_MESSAGE(!read(learned(data), data), data);
  CHECK(read(learned(chunk("x", "3", R"("role":"assistant")")), chunk("y", "4", R"("role":"assistant")")) ==
        "before y");
}

TEST_CASE("an index behind the content is compared to the digit") {
  const auto of_choice = [](const std::string& index) {
    return R"({"choices":[{"delta":{"content":"x"},"index":)" + index + "}]}";
  };
  const auto shape = learned(of_choice("0"));
  CHECK(read(shape, of_choice("0")) == "before x");
  CHECK_FALSE(read(shape, of_choice("1")));
}

TEST_CASE(
    "digits behind the content that are no whole number are compared: of texts, fractions and escapes") {
  for (const char* tail : {R"("model":"m-1")", R"("cost":1.5)", R"("cost":1e1)", R"("seed":-1)"}) {
    const auto of_tail = [](const std::string& text) {
      return R"({"choices":[{"delta":{"content":"x"}}],)" + text + "}";
    };
    std::string other{tail};
    other.replace(other.rfind('1'), 1, "2");
    CHECK(read(learned(of_tail(tail)), of_tail(tail)) == "before x");
    CHECK_MESSAGE(!read(learned(of_tail(tail)), of_tail(other)), tail);
  }
  const std::string escaped = R"({"choices":[{"delta":{"content":"x"},"ind\u0065x":0}]})";
  const std::string second = R"({"choices":[{"delta":{"content":"x"},"ind\u0065x":1}]})";
  CHECK_FALSE(read(learned(escaped), second));
}

TEST_CASE("an answer is the same whether its chunks are alike or each written in another way") {
  std::string alike;
  std::string unlike;
  const char* words[] = {"Once", " upon", "\\na", " time \\u2014", " there", " was"};
  int tokens = 0;
  for (const char* word : words) {
    const auto data = chunk(word, std::to_string(++tokens));
    alike += event(data);
    unlike += event(data.substr(0, 1) + std::string(static_cast<std::size_t>(tokens), ' ') + data.substr(1));
  }
  for (auto* stream : {&alike, &unlike})
    *stream += finish("stop") + event("[DONE]");
  const auto whole = hear(alike, true, false, 1U << 20U);
  CHECK(whole.said == "Once upon\na time — there was");
  CHECK(whole.outcome.completion_tokens == 6);
  for (const std::size_t piece : {1U, 7U, 100U, 1U << 20U})
    for (const auto* stream : {&alike, &unlike}) {
      const auto heard = hear(*stream, true, false, piece);
      CHECK(heard.said == whole.said);
      CHECK(heard.outcome.response == whole.outcome.response);
      CHECK(heard.outcome.end == ChatEnd::complete);
    }
}

TEST_CASE("an answer that is cut among chunks that are alike keeps their text and their last numbers") {
  const auto heard =
      hear(event(chunk("a", "1")) + event(chunk("b", "2")) + event(chunk("c", "3")), true, true, 1U << 20U);
  CHECK(heard.said == "abc");
  CHECK(heard.outcome.end == ChatEnd::cut);
  CHECK(heard.outcome.completion_tokens == 3);
  CHECK(heard.outcome.text == "abc");
}
