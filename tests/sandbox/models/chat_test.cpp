#include "sandbox/models/chat.hpp"
#include "sandbox/models/embeddings.hpp"
#include "sandbox/models/media.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

const CompletionFacts facts{CompletionKind::chat, "chatcmpl-1", "a/model", 1768469400};

Json asked(const std::string& text) {
  return {{"messages", Json::array({{{"role", "user"}, {"content", text}}})}};
}

Completion completed(const Json& request, bool thinks = false) {
  REQUIRE(engine_refusal(request, CompletionKind::chat) == std::nullopt);
  return complete(request, CompletionKind::chat, thinks);
}

Generation generated(const Json& request) {
  return completed(request).choices.at(0);
}

std::string answer_to(const Json& request) {
  return generated(request).text();
}

Json having(Json request, const char* name, const Json& value) {
  request[name] = value;
  return request;
}

// A request that offers these functions, each with one text as its parameter.
Json offering(const std::string& question, const std::vector<std::string>& names) {
  Json request = asked(question);
  for (const auto& name : names)
    request["tools"].push_back(
        {{"type", "function"},
         {"function",
          {{"name", name},
           {"parameters", {{"type", "object"}, {"properties", {{"q", {{"type", "string"}}}}}}}}}});
  return request;
}

std::string called(const Json& request) {
  std::string names;
  for (const auto& call : generated(request).tool_calls)
    names += (names.empty() ? "" : " ") + call.name;
  return names;
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
  const auto generation = generated(request);
  CHECK(generation.text() == "You said: a");
  CHECK(generation.finish_reason == "length");
}

TEST_CASE("an answer stops at a stop text and names it") {
  Json request = asked("a b c");
  request["stop"] = {" b"};
  const auto generation = generated(request);
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
  const auto generation = generated(asked("äöüäöüäöüäöüäöüäöü"));
  CHECK(generation.pieces.size() > 3);
  for (const auto& piece : generation.pieces)
    CHECK((static_cast<unsigned char>(piece.front()) & 0xC0U) != 0x80U);
}

TEST_CASE("a whole answer has the text, the reason it ended and the usage") {
  const auto answer = completion_answer(completed(asked("hi")), facts);
  CHECK(answer.at("object") == "chat.completion");
  CHECK(answer.at("choices").at(0).at("message").at("content") == "You said: hi");
  CHECK(answer.at("choices").at(0).at("message").at("reasoning_content").is_null());
  CHECK(answer.at("choices").at(0).at("finish_reason") == "stop");
  CHECK(answer.at("usage").at("completion_tokens") == 3);
  CHECK(answer.at("chutes_verification").get<std::string>().size() == 32);
}

TEST_CASE("the events of a stream hold the same text, and end with the marker") {
  const auto events = completion_events(completed(asked("one two three")), facts);
  CHECK(events.back() == "data: [DONE]\n\n");
  std::string text;
  for (const auto& chunk : documents(events))
    for (const auto& choice : chunk.at("choices"))
      text += string_field(choice.at("delta"), "content").value_or("");
  CHECK(text == "You said: one two three");
}

TEST_CASE("every chunk has usage, null in the first, and the last has no choices") {
  const auto chunks = documents(completion_events(completed(asked("hi")), facts));
  CHECK(chunks.front().at("usage").is_null());
  for (std::size_t index = 1; index < chunks.size(); ++index)
    CHECK(chunks[index].at("usage").is_object());
  CHECK(chunks.back().at("choices").empty());
  CHECK(chunks[chunks.size() - 2].at("choices").at(0).at("finish_reason") == "stop");
}

TEST_CASE("a reasoning model thinks before it speaks") {
  const auto completion = completed(asked("hi"), true);
  const auto chunks = documents(completion_events(completion, facts));
  std::string order;
  for (const auto& chunk : chunks)
    for (const auto& choice : chunk.at("choices")) {
      order += string_field(choice.at("delta"), "reasoning_content") ? 'r' : '-';
      order += string_field(choice.at("delta"), "content").value_or("").empty() ? '-' : 'c';
    }
  CHECK(order.find("r-") < order.find("-c"));
  CHECK(order.rfind("r-") < order.find("-c"));
  const auto answer = completion_answer(completion, facts);
  CHECK(answer.at("choices").at(0).at("message").at("reasoning_content") ==
        "The user said: hi I shall repeat it.");
}

TEST_CASE("a text completion continues the prompt under its own object name") {
  CompletionFacts text_facts = facts;
  text_facts.kind = CompletionKind::text;
  const auto completion = complete({{"prompt", "Once"}}, CompletionKind::text, false);
  const auto answer = completion_answer(completion, text_facts);
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

TEST_CASE("the same text has the same vector, and fewer dimensions are its beginning") {
  const auto vectors = [](const Json& input, int dimensions) {
    return embeddings({{"input", input}, {"dimensions", dimensions}}, "m").at("data");
  };
  const auto once = vectors("a", 8);
  CHECK(once == vectors("a", 8));
  CHECK(once.at(0).at("embedding").size() == 8);
  CHECK(vectors("a", 3).at(0).at("embedding").at(2) == once.at(0).at("embedding").at(2));
  CHECK(vectors(Json::array({"a", "b"}), 8).size() == 2);
  CHECK(embeddings({{"input", "a"}}, "m").at("data").at(0).at("embedding").size() == 32);
}

TEST_CASE("a vector in base64 is little-endian floats") {
  const auto plain = embeddings({{"input", "a"}, {"dimensions", 1}}, "m");
  CHECK(plain.at("data").at(0).at("embedding").at(0) == 0.1826171875);
  const auto encoded = embeddings({{"input", "a"}, {"dimensions", 1}, {"encoding_format", "base64"}}, "m");
  CHECK(encoded.at("data").at(0).at("embedding") == "AAA7Pg==");
}

TEST_CASE("tokens are one input, lists of them several") {
  const auto count = [](const char* input) {
    const Json request{{"input", Json::parse(input)}};
    return embeddings_refusal(request) ? 0 : embeddings(request, "m").at("data").size();
  };
  CHECK(count(R"("a")") == 1);
  CHECK(count(R"([1, 2, 3])") == 1);
  CHECK(count(R"([[1, 2], [3]])") == 2);
  CHECK(count(R"(["a", "b", "c"])") == 3);
  for (const char* refused : {"[]", "null", "5", "[null]", R"(["a", 1])", "[[]]", "{}"})
    CHECK(count(refused) == 0);
}

TEST_CASE("an embedding is refused in another encoding and in impossible dimensions") {
  const auto refused = [](const char* name, const Json& value) {
    return embeddings_refusal({{"input", "a"}, {name, value}}).has_value();
  };
  CHECK(refused("encoding_format", "hex"));
  CHECK(refused("encoding_format", 1));
  CHECK_FALSE(refused("encoding_format", nullptr));
  for (const Json& dimensions : {Json(0), Json(-1), Json(4097), Json("x"), Json(1.5)})
    CHECK(refused("dimensions", dimensions));
  CHECK_FALSE(refused("dimensions", nullptr));
  CHECK_FALSE(refused("dimensions", 4096));
}

TEST_CASE("tools are called as the request chooses") {
  const Json named{{"type", "function"}, {"function", {{"name", "b"}}}};
  struct Row {
    const char* question;
    Json choice;
    Json parallel;
    const char* calls;
  };
  const Row rows[] = {
      {"hi", nullptr, nullptr, "a"},          {"hi", "auto", nullptr, "a"},       {"hi", "none", true, ""},
      {"hi", "required", nullptr, "a"},       {"hi", named, nullptr, "b"},        {"hi", named, true, "b"},
      {"hi", nullptr, true, "a b c"},         {"hi", "required", true, "a b c"},  {"hi", nullptr, false, "a"},
      {"c, then b", nullptr, nullptr, "b c"}, {"c, then b", nullptr, false, "b"},
  };
  for (const auto& row : rows) {
    auto request = offering(row.question, {"a", "b", "c"});
    request["tool_choice"] = row.choice;
    request["parallel_tool_calls"] = row.parallel;
    CHECK(called(request) == row.calls);
    CHECK(generated(request).finish_reason == (*row.calls == '\0' ? "stop" : "tool_calls"));
  }
}

TEST_CASE("the results of tools end their use, unless a call is required") {
  auto request = offering("Graz", {"a"});
  request["messages"].push_back({{"role", "tool"}, {"tool_call_id", "1"}, {"content", "21"}});
  request["messages"].push_back({{"role", "tool"}, {"tool_call_id", "2"}, {"content", "22"}});
  CHECK(answer_to(request) == "The tools said: 21; 22");
  CHECK(called(having(request, "tool_choice", "required")) == "a");
  request["messages"].push_back({{"role", "user"}, {"content", "again"}});
  CHECK(called(request) == "a");
}

TEST_CASE("a streamed call has its id and name once, and its arguments in pieces") {
  const auto completion = completed(offering("one two three four", {"a"}));
  std::string ids;
  std::string arguments;
  std::size_t pieces = 0;
  for (const auto& chunk : documents(completion_events(completion, facts)))
    for (const auto& choice : chunk.at("choices"))
      if (const Json* calls = find_field(choice.at("delta"), "tool_calls")) {
        ids += string_field(calls->at(0), "id").value_or("");
        arguments += calls->at(0).at("function").at("arguments");
        ++pieces;
      }
  const auto whole = completion_answer(completion, facts).at("choices").at(0).at("message").at("tool_calls");
  CHECK(ids == whole.at(0).at("id"));
  CHECK(ids.starts_with("call_"));
  CHECK(arguments == R"({"q":"one two three four"})");
  CHECK(whole.at(0).at("function").at("arguments") == arguments);
  CHECK(pieces > 3);
}

TEST_CASE("a call is cut at the token limit like any answer") {
  const auto generation = generated(having(offering("one two three four", {"a"}), "max_tokens", 2));
  CHECK(generation.finish_reason == "length");
  CHECK(generation.tool_calls.at(0).arguments() == R"({"q":"one two)");
}

TEST_CASE("choices of one stream come in turn, and are counted together") {
  const auto completion = completed(having(asked("hi"), "n", 2));
  CHECK(completion.completion_tokens() == 8);
  std::vector<int> order;
  for (const auto& chunk : documents(completion_events(completion, facts)))
    for (const auto& choice : chunk.at("choices"))
      order.push_back(choice.at("index"));
  CHECK(order == std::vector<int>{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1});
}

TEST_CASE("the request can turn thinking on and off") {
  for (const char* name : {"thinking", "enable_thinking"})
    for (const bool thinks : {true, false}) {
      const auto request = having(asked("hi"), "chat_template_kwargs", {{name, thinks}});
      CHECK(completed(request, !thinks).choices.at(0).reasoning.empty() != thinks);
    }
}

TEST_CASE("log probabilities have each token of the answer, with the alternatives asked for") {
  const auto logprobs = [](const Json& request, CompletionKind kind) {
    CompletionFacts wanted = facts;
    wanted.kind = kind;
    return completion_answer(complete(request, kind, false), wanted).at("choices").at(0).at("logprobs");
  };
  CHECK(logprobs(asked("hi"), CompletionKind::chat).is_null());
  CHECK(logprobs(having(asked("hi"), "top_logprobs", 2), CompletionKind::chat).is_null());
  auto request = having(asked("hi"), "logprobs", true);
  CHECK(logprobs(request, CompletionKind::chat).at("content").size() == 3);
  const auto first = logprobs(having(request, "top_logprobs", 2), CompletionKind::chat).at("content").at(0);
  CHECK(first.at("token") == "You");
  CHECK(first.at("bytes") == Json::array({89, 111, 117}));
  CHECK(first.at("top_logprobs").size() == 2);
  const auto text = logprobs({{"prompt", "Once"}, {"logprobs", 1}}, CompletionKind::text);
  CHECK(text.at("tokens").at(0) == " ...");
  CHECK(text.at("text_offset").at(1) == 4);
}

TEST_CASE("a request that makes no sense to an engine is refused with its reason") {
  const Json other{{"type", "function"}, {"function", {{"name", "other"}}}};
  const std::vector<std::pair<Json, const char*>> rows{
      {having(asked("hi"), "n", 0), "n must be between 1 and 128, got 0."},
      {having(asked("hi"), "n", 129), "n must be between 1 and 128, got 129."},
      {having(asked("hi"), "max_completion_tokens", 0), "max_completion_tokens must be at least 1, got 0."},
      {having(asked("hi"), "stop", 5), "stop: Input should be a valid string"},
      {having(asked("hi"), "stop", Json::array({"a", 5})), "stop: Input should be a valid string"},
      {having(asked("hi"), "tools", 5), "tools: Input should be a valid list"},
      {having(asked("hi"), "tools", Json::array({{{"type", "function"}}})),
       "tools: function: name: Field required"},
      {having(asked("hi"), "tool_choice", "required"), "tools must not be empty with this tool_choice"},
      {having(offering("hi", {"a"}), "tool_choice", "some"),
       "tool_choice: Input should be 'none', 'auto', 'required' or a function"},
      {having(offering("hi", {"a"}), "tool_choice", other), "Tool 'other' not found in tools list."},
      {having(asked("hi"), "response_format", {{"type", "xml"}}),
       "response_format: type: Input should be 'text', 'json_object' or 'json_schema'"},
      {having(asked("hi"), "response_format", {{"type", "json_schema"}}),
       "response_format: json_schema: schema: Field required"},
  };
  for (const auto& [request, reason] : rows)
    CHECK(engine_refusal(request, CompletionKind::chat) ==
          std::string{"Invalid request: Invalid request: "} + reason);
}

TEST_CASE("a list of prompts is refused, whatever it lists") {
  for (const char* prompt : {R"(["a"])", R"(["a", "b"])", "[1, 2]", "[[1], [2]]", "null", "5"})
    CHECK(engine_refusal({{"prompt", Json::parse(prompt)}}, CompletionKind::text) ==
          "Invalid request: Invalid request: prompt: Input should be a valid string");
}

TEST_CASE("arguments of an earlier call that are no JSON are refused by the service itself") {
  const auto with_arguments = [](const char* arguments) {
    Json request = asked("hi");
    request["messages"].push_back(
        {{"role", "assistant"}, {"tool_calls", Json::array({{{"function", {{"arguments", arguments}}}}})}});
    return engine_refusal(request, CompletionKind::chat);
  };
  CHECK(with_arguments("{") == "Invalid tool_calls.function.arguments value, expected JSON");
  CHECK(with_arguments("{}") == std::nullopt);
  CHECK(with_arguments("") == std::nullopt);
}

} // namespace
} // namespace chutes::sandbox
