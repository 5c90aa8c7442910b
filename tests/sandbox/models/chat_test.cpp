#include "sandbox/models/chat.hpp"
#include "sandbox/models/media.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

const CompletionFacts facts{CompletionKind::chat, "chatcmpl-1", "a/model", 1768469400};

Json asked(const std::string& text) {
  return {{"messages", Json::array({{{"role", "user"}, {"content", text}}})}};
}

std::string answer_to(const Json& request) {
  return generate(request, CompletionKind::chat, false).text();
}

// The events' documents, without the end marker.
std::vector<Json> documents(const std::vector<std::string>& events) {
  std::vector<Json> found;
  for (const auto& event : events) {
    CHECK(event.starts_with("data: "));
    CHECK(event.ends_with("\n\n"));
    if (event != "data: [DONE]\n\n")
      found.push_back(Json::parse(event.substr(6)));
  }
  return found;
}

TEST_CASE("the model repeats the last message of the user") {
  CHECK(answer_to(asked("Say hello")) == "You said: Say hello");
}

TEST_CASE("a system message shows in the answer, and a later question has its number") {
  Json request = asked("one");
  request["messages"].insert(request["messages"].begin(), Json{{"role", "system"}, {"content", "Be brief"}});
  request["messages"].push_back({{"role", "assistant"}, {"content", "1"}});
  request["messages"].push_back({{"role", "user"}, {"content", "two"}});
  CHECK(answer_to(request) == "[Be brief] You said: two (question 2)");
}

TEST_CASE("the parts of a message are its text, and images are counted") {
  Json request = asked("");
  request["messages"][0]["content"] =
      Json::array({{{"type", "text"}, {"text", "Look"}},
                   {{"type", "image_url"}, {"image_url", {{"url", "data:image/png;base64,AAAA"}}}}});
  CHECK(answer_to(request) == "You said: Look (images: 1)");
}

TEST_CASE("an answer stops at the token limit and says so") {
  Json request = asked("a b c d e f");
  request["max_tokens"] = 3;
  const auto generation = generate(request, CompletionKind::chat, false);
  CHECK(generation.text() == "You said: a");
  CHECK(generation.finish_reason == "length");
}

TEST_CASE("an answer stops at a stop text and names it") {
  Json request = asked("a b c");
  request["stop"] = {" b"};
  const auto generation = generate(request, CompletionKind::chat, false);
  CHECK(generation.text() == "You said: a");
  CHECK(generation.finish_reason == "stop");
  CHECK(generation.matched_stop == " b");
}

TEST_CASE("a structured answer fits its schema") {
  Json request = asked("Paris");
  request["response_format"] = Json::parse(
      R"({"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{)"
      R"("city":{"type":"string"},"size":{"type":"integer"},"tags":{"type":"array","items":{"enum":["a","b"]}}}}}})");
  CHECK(answer_to(request) == R"({"city":"Paris","size":1,"tags":["a"]})");
}

TEST_CASE("no token ends inside a code point") {
  const auto generation = generate(asked("äöüäöüäöüäöüäöüäöü"), CompletionKind::chat, false);
  CHECK(generation.pieces.size() > 3);
  for (const auto& piece : generation.pieces)
    CHECK((static_cast<unsigned char>(piece.front()) & 0xC0U) != 0x80U);
}

TEST_CASE("a whole answer has the text, the reason it ended and the usage") {
  const auto answer = completion_answer(generate(asked("hi"), CompletionKind::chat, false), facts);
  CHECK(answer.at("object") == "chat.completion");
  CHECK(answer.at("choices").at(0).at("message").at("content") == "You said: hi");
  CHECK(answer.at("choices").at(0).at("message").at("reasoning_content").is_null());
  CHECK(answer.at("choices").at(0).at("finish_reason") == "stop");
  CHECK(answer.at("usage").at("completion_tokens") == 3);
  CHECK(answer.at("chutes_verification").get<std::string>().size() == 32);
}

TEST_CASE("the events of a stream hold the same text, and end with the marker") {
  const auto generation = generate(asked("one two three"), CompletionKind::chat, false);
  const auto events = completion_events(generation, facts);
  CHECK(events.back() == "data: [DONE]\n\n");
  std::string text;
  for (const auto& chunk : documents(events))
    for (const auto& choice : chunk.at("choices"))
      text += string_field(choice.at("delta"), "content").value_or("");
  CHECK(text == "You said: one two three");
}

TEST_CASE("every chunk has usage, null in the first, and the last has no choices") {
  const auto chunks = documents(completion_events(generate(asked("hi"), CompletionKind::chat, false), facts));
  CHECK(chunks.front().at("usage").is_null());
  for (std::size_t index = 1; index < chunks.size(); ++index)
    CHECK(chunks[index].at("usage").is_object());
  CHECK(chunks.back().at("choices").empty());
  CHECK(chunks[chunks.size() - 2].at("choices").at(0).at("finish_reason") == "stop");
}

TEST_CASE("a reasoning model thinks before it speaks") {
  const auto generation = generate(asked("hi"), CompletionKind::chat, true);
  const auto chunks = documents(completion_events(generation, facts));
  std::string order;
  for (const auto& chunk : chunks)
    for (const auto& choice : chunk.at("choices")) {
      order += string_field(choice.at("delta"), "reasoning_content") ? 'r' : '-';
      order += string_field(choice.at("delta"), "content").value_or("").empty() ? '-' : 'c';
    }
  CHECK(order.find("r-") < order.find("-c"));
  CHECK(order.rfind("r-") < order.find("-c"));
  const auto answer = completion_answer(generation, facts);
  CHECK(answer.at("choices").at(0).at("message").at("reasoning_content") ==
        "The user said: hi I shall repeat it.");
}

TEST_CASE("a text completion continues the prompt under its own object name") {
  CompletionFacts text_facts = facts;
  text_facts.kind = CompletionKind::text;
  const auto generation = generate({{"prompt", "Once"}}, CompletionKind::text, false);
  const auto answer = completion_answer(generation, text_facts);
  CHECK(answer.at("object") == "text_completion");
  CHECK(answer.at("choices").at(0).at("text") == " ... and so on, after: Once");
}

TEST_CASE("the engine refuses what it cannot read, with the prefix doubled as the service does") {
  CHECK(engine_refusal(Json::object(), CompletionKind::chat) ==
        "Invalid request: Invalid request: messages: Field required");
  CHECK(engine_refusal(Json::object(), CompletionKind::text) ==
        "Invalid request: Invalid request: prompt: Field required");
  Json request = asked("hi");
  CHECK(engine_refusal(request, CompletionKind::chat) == std::nullopt);
  request["max_tokens"] = 0;
  CHECK(engine_refusal(request, CompletionKind::chat) ==
        "Invalid request: Invalid request: max_tokens must be at least 1, got 0.");
}

TEST_CASE("file parts are refused") {
  Json request = asked("");
  request["messages"][0]["content"] = Json::array({{{"type", "file"}, {"file", {{"file_id", "1"}}}}});
  CHECK(engine_refusal(request, CompletionKind::chat) == "File content not currently supported");
}

TEST_CASE("an image request has a prompt, known fields and values in their ranges") {
  CHECK(is_valid_image_request({{"prompt", "a cat"}}));
  CHECK(is_valid_image_request({{"prompt", "a cat"}, {"width", 128}, {"height", 2048}, {"seed", nullptr}}));
  CHECK(is_valid_image_request({{"prompt", "a cat"}, {"model", "FLUX.1-schnell"}}));
  CHECK_FALSE(is_valid_image_request(Json::object()));
  CHECK_FALSE(is_valid_image_request({{"prompt", 5}}));
  CHECK_FALSE(is_valid_image_request({{"prompt", "a cat"}, {"width", 127}}));
  CHECK_FALSE(is_valid_image_request({{"prompt", "a cat"}, {"guidance_scale", 20.5}}));
  CHECK_FALSE(is_valid_image_request({{"prompt", "a cat"}, {"n", 1}}));
}

TEST_CASE("the picture is a JPEG and the speech a WAVE file") {
  CHECK(tiny_jpeg().starts_with("\xFF\xD8\xFF"));
  CHECK(tiny_jpeg().ends_with("\xFF\xD9"));
  CHECK(speech_wav("hi").starts_with("RIFF"));
  CHECK(speech_wav("hi").size() == 44 + 2 * 160);
}

TEST_CASE("the same text has the same vector") {
  const auto once = embeddings("a", "m", 8);
  CHECK(once == embeddings("a", "m", 8));
  CHECK(once.at("data").at(0).at("embedding").size() == 8);
  CHECK(embeddings(Json::array({"a", "b"}), "m", 8).at("data").size() == 2);
}

} // namespace
} // namespace chutes::sandbox
