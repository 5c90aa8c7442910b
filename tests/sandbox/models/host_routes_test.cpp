#include "sandbox/api_server.hpp"
#include "sandbox/models/media.hpp"

namespace chutes::sandbox {
namespace {

const std::string chat = "/_host/llm/v1/chat/completions";
const std::string generate_path = "/_host/image/generate";
const std::string model = "deepseek-ai/DeepSeek-V3.2-TEE";

Json asked(const std::string& text, const std::string& name = model) {
  return {{"model", name}, {"messages", Json::array({{{"role", "user"}, {"content", text}}})}};
}

Json having(Json body, const char* name, const Json& value) {
  body[name] = value;
  return body;
}

TEST_CASE("the host is named by the path, or by the first label of the Host header") {
  CHECK(host_and_path("/_host/llm/v1/models", "127.0.0.1:80") == HostAndPath{"llm", "/v1/models"});
  CHECK(host_and_path("/_host/llm", "x") == HostAndPath{"llm", "/"});
  CHECK(host_and_path("/v1/models", "LLM.chutes.localhost:80") == HostAndPath{"llm", "/v1/models"});
  CHECK(host_and_path("/users/me", "api.chutes.localhost") == HostAndPath{"", "/users/me"});
  CHECK(host_and_path("/users/me", "localhost:80") == HostAndPath{"", "/users/me"});
}

TEST_CASE_FIXTURE(
    ApiServer,
    "models are listed without a token and with an invalid one, not to a token without the scope") {
  CHECK(get("/_host/llm/v1/models").json().at("data").size() == 7);
  CHECK(get("/_host/llm/v1/models", "invalid").status == 200);
  CHECK(get("/_host/llm/v1/models", "token chutes:invoke").status == 200);
  CHECK(get("/_host/llm/v1/models", "token profile").status == 403);
  CHECK(get("/v1/models", {}, {{"Host", "llm.chutes.localhost"}}).status == 200);
}

TEST_CASE_FIXTURE(ApiServer, "a chat answers whole unless a stream is asked for") {
  const auto answer = post(chat, asked("Say hello"));
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Type") == "application/json");
  CHECK(answer.json().at("choices").at(0).at("message").at("content") == "You said: Say hello");
  CHECK(answer.json().at("model") == model);
}

TEST_CASE_FIXTURE(ApiServer, "a streamed chat is a stream of events that ends with its marker") {
  const auto answer = post(chat, having(asked("Say hello"), "stream", true));
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Type") == "text/event-stream");
  CHECK(answer.header("Cache-Control") == "no-cache, no-transform");
  CHECK(answer.header("X-Accel-Buffering") == "no");
  CHECK(answer.header("Content-Length").empty());
  CHECK(answer.body.starts_with("data: {"));
  CHECK(answer.body.ends_with("data: [DONE]\n\n"));
}

TEST_CASE_FIXTURE(ApiServer, "only successes name the invocation and the quota") {
  const auto answer = post(chat, asked("Say hello"));
  CHECK(answer.header("X-Chutes-InvocationID").size() == 36);
  CHECK(answer.header("X-Chutes-Quota-Total") == "2000");
  CHECK(answer.header("X-Chutes-Quota-Used") == "1.0");
  CHECK(answer.header("X-Chutes-Quota-Remaining") == "1999.0");
  CHECK(answer.header("X-Chutes-RL-User") == "60");
  for (const auto& [name, value] : post(chat, asked("Say hello", "none")).headers)
    CHECK_FALSE(name.starts_with("X-Chutes"));
}

TEST_CASE_FIXTURE(ApiServer, "an account without limits has no quota headers") {
  world.settings["quotas"] = Json::object();
  CHECK(post(chat, asked("Say hello")).header("X-Chutes-Quota-Total").empty());
}

TEST_CASE_FIXTURE(ApiServer, "an invocation requires credentials that may invoke") {
  for (const char* credential : {"", "invalid"}) {
    CHECK(post(chat, asked("hi"), credential).status == 401);
    CHECK(post(chat, asked("hi"), credential).detail() == "Authentication required.");
  }
  CHECK(post(chat, asked("hi"), "token openid profile").status == 403);
  CHECK(post(chat, asked("hi"), "bad").status == 401);
  CHECK(post(chat, asked("hi"), "admin").status == 200);
  CHECK(post(chat, asked("hi"), "key chutes:invoke").status == 200);
}

TEST_CASE_FIXTURE(ApiServer, "stream has to be a boolean, or no cord matches") {
  for (const Json& stream : {Json{}, Json("true"), Json(1)}) {
    const auto answer = post(chat, having(asked("hi"), "stream", stream));
    CHECK(answer.status == 404);
    CHECK(answer.detail() == "No matching cord found!");
  }
  CHECK(post(chat, having(asked("hi"), "stream", false)).status == 200);
}

TEST_CASE_FIXTURE(ApiServer,
                  "a missing model, an unknown one and one of another template are three refusals") {
  CHECK(post(chat, {{"messages", Json::array()}}).detail() == "No matching chute found!");
  CHECK(post(chat, asked("hi", "no/such")).status == 404);
  CHECK(post(chat, asked("hi", "no/such")).detail() == "model not found: no/such");
  CHECK(
      post("/_host/llm/v1/embeddings", {{"model", "Qwen/Qwen3-Embedding-8B-TEE"}, {"input", "x"}}).detail() ==
      "model not found: Qwen/Qwen3-Embedding-8B-TEE");
}

TEST_CASE_FIXTURE(ApiServer, "a model name may carry a preference, or be a list of which one exists") {
  CHECK(post(chat, asked("hi", model + ":latency")).status == 200);
  CHECK(post(chat, asked("hi", "no/such, " + model)).json().at("model") == model);
  CHECK(post(chat, asked("hi", "DEEPSEEK-AI/deepseek-v3.2-tee")).status == 404);
}

TEST_CASE_FIXTURE(ApiServer,
                  "a model that the service has renamed is served by its old name, spelt exactly") {
  const std::pair<const char*, const char*> renamed[] = {
      {"deepseek-ai/DeepSeek-V3.2", "deepseek-ai/DeepSeek-V3.2-TEE"},
      {"Qwen/Qwen3-32B", "Qwen/Qwen3-32B-TEE"},
      {"Qwen/Qwen3-32B:THINKING", "Qwen/Qwen3-32B-TEE"},
      {"unsloth/Mistral-Nemo-Instruct-2407", "unsloth/Mistral-Nemo-Instruct-2407-TEE"},
      {"deepseek-ai/DeepSeek-V3-0324", "deepseek-ai/DeepSeek-V3-0324-TEE"},
  };
  for (const auto& [old_name, name] : renamed)
    CHECK(post(chat, asked("hi", old_name)).json().at("model") == name);
  CHECK(post("/_host/embed/v1/embeddings", {{"model", "Qwen/Qwen3-Embedding-8B"}, {"input", "x"}}).status ==
        200);
  for (const char* unknown : {"qwen/qwen3-32b", "Qwen/Qwen3-32B:latency", "deepseek-ai/DeepSeek-V3"})
    CHECK(post(chat, asked("hi", unknown)).status == 404);
}

TEST_CASE_FIXTURE(ApiServer, "log probabilities are dropped on the shared host, not on the model's own") {
  const auto request = having(asked("hi"), "logprobs", true);
  const auto logprobs = [](const Answer& answer) { return answer.json().at("choices").at(0).at("logprobs"); };
  CHECK(logprobs(post(chat, request)).is_null());
  CHECK(
      logprobs(post("/_host/chutes-deepseek-ai-deepseek-v3-2-tee/v1/chat/completions", request)).is_object());
}

TEST_CASE_FIXTURE(ApiServer, "output bound by a regular expression is refused before an engine is asked") {
  CHECK(post(chat, having(asked("hi"), "guided_regex", "a+")).detail() ==
        "Regex-based structured output is temporarily disabled.");
}

TEST_CASE_FIXTURE(ApiServer, "stream options that are no object break a stream, and nothing else") {
  for (const Json& options : {Json{}, Json("x"), Json::array()}) {
    const auto request = having(asked("hi"), "stream_options", options);
    CHECK(post(chat, request).status == 200);
    CHECK(post(chat, having(request, "stream", true)).status == 500);
  }
}

TEST_CASE_FIXTURE(ApiServer, "a body that is no JSON and one that is a list fail differently") {
  const auto broken = post_text(chat, "{", "token chutes:invoke");
  CHECK(broken.status == 400);
  CHECK(broken.detail().get<std::string>().starts_with("Invalid request JSON: "));
  const auto list = post_text(chat, "[]", "token chutes:invoke");
  CHECK(list.status == 500);
  CHECK(list.body == "Internal Server Error");
}

TEST_CASE_FIXTURE(ApiServer, "reasoning comes from the reasoning model, or where it is asked for") {
  const auto reasoning = [](const Answer& answer) {
    return answer.json().at("choices").at(0).at("message").at("reasoning_content").is_string();
  };
  CHECK(reasoning(post(chat, asked("hi", "moonshotai/Kimi-K3-TEE"))));
  CHECK_FALSE(reasoning(post(chat, asked("hi"))));
  CHECK(reasoning(post(chat, asked("hi", model + ":THINKING"))));
  CHECK(reasoning(post(chat, asked("hi"), "admin", {{"X-Enable-Thinking", "true"}})));
}

TEST_CASE_FIXTURE(ApiServer, "text completions and tokens are cords too, other paths are not") {
  CHECK(post("/_host/llm/v1/completions", {{"model", model}, {"prompt", "Once"}}).json().at("object") ==
        "text_completion");
  CHECK(post("/_host/llm/tokenize", {{"model", model}, {"prompt", "abc"}}).json().at("count") == 3);
  CHECK(post("/_host/llm/v1/responses", asked("hi")).detail() == "No matching cord found!");
}

TEST_CASE_FIXTURE(ApiServer,
                  "a caller that requires a trusted execution environment is refused where there is none") {
  const httplib::Headers insists{{"X-TEE-Only", "true"}};
  CHECK(post("/_host/chutes-echo/echo", Json::object(), "admin", insists).status == 426);
  CHECK(post(chat, asked("hi"), "admin", insists).status == 200);
}

TEST_CASE_FIXTURE(ApiServer, "an account that cannot pay is refused with an object, or with a sentence") {
  world.settings = {{"balance", -0.5}, {"quotas", {{"*", 0}}}};
  const auto object = post("/_host/chutes-echo/echo", Json::object());
  CHECK(object.status == 402);
  CHECK(object.detail().at("message").get<std::string>().starts_with(
      "Quota exceeded and account balance is $-0.5, "));
  world.settings["subscription"] = {{"subscription", false}};
  CHECK(post(chat, asked("hi")).detail() == "TEE models require an active subscription or positive balance.");
}

TEST_CASE_FIXTURE(ApiServer, "the settings can make every invocation fail") {
  world.settings["invoke_error"] = {{"status", 429},
                                    {"detail", "Infrastructure is at maximum capacity, try again later"}};
  const auto answer = post(chat, having(asked("hi"), "stream", true));
  CHECK(answer.status == 429);
  CHECK(answer.detail() == "Infrastructure is at maximum capacity, try again later");
  CHECK(answer.header("Retry-After").empty());
}

TEST_CASE_FIXTURE(ApiServer, "a cold chute has no instances") {
  const auto answer = post("/_host/chutes-cold-echo/echo", Json::object());
  CHECK(answer.status == 503);
  CHECK(answer.detail() ==
        "No instances available (yet) for chute_id='c01dc01d-0d3f-5b52-9a52-7f1f2a6d9c01'");
}

TEST_CASE_FIXTURE(ApiServer, "embeddings are served on their own host") {
  const auto answer =
      post("/_host/embed/v1/embeddings", {{"model", "Qwen/Qwen3-Embedding-8B-TEE"}, {"input", {"a", "b"}}});
  CHECK(answer.status == 200);
  CHECK(answer.json().at("data").size() == 2);
}

TEST_CASE_FIXTURE(ApiServer, "an image comes as JPEG bytes without a declared length") {
  const auto answer = post(generate_path, {{"model", "FLUX.1-schnell"}, {"prompt", "a cat"}});
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Type") == "image/jpeg");
  CHECK(answer.header("Content-Length").empty());
  CHECK(answer.body == tiny_jpeg());
}

TEST_CASE_FIXTURE(ApiServer, "an image request with a foreign field is naughty") {
  const auto answer = post(generate_path, {{"model", "FLUX.1-schnell"}, {"prompt", "a cat"}, {"n", 2}});
  CHECK(answer.status == 400);
  CHECK(answer.detail() == "bad request, naughty naughty");
}

TEST_CASE_FIXTURE(ApiServer, "a chute is called by its slug: JSON, GET, bytes, sound and events") {
  const std::string host = "/_host/chutes-echo";
  CHECK(post(host + "/echo?x=1", {{"a", Json::array({1, true, nullptr})}}).json() ==
        Json::parse(R"({"echo":{"a":[1,true,null]},"params":{"x":"1"}})"));
  CHECK(get(host + "/info?y=2", "admin").json() == Json::parse(R"({"chute":"echo","params":{"y":"2"}})"));
  const auto bytes = post(host + "/bytes", {{"size", 200000}});
  CHECK(bytes.header("Content-Length").empty());
  CHECK(bytes.header("Content-Type") == "application/octet-stream");
  CHECK(bytes.body == pattern_bytes(0, 200000));
  CHECK(post(host + "/bytes", {{"size", 0}}).body.empty());
  CHECK(post(host + "/speak", {{"text", "hi"}}).body == speech_wav("hi"));
  CHECK(post(host + "/count", {{"count", 2}}).body == "data: {\"n\":1}\n\ndata: {\"n\":2}\n\n");
}

TEST_CASE_FIXTURE(ApiServer, "what a chute refuses is passed on, whatever its detail is") {
  const auto answer = post("/_host/chutes-echo/fail", {{"status", 418}, {"detail", {{"message", "teapot"}}}});
  CHECK(answer.status == 418);
  CHECK(answer.detail() == Json{{"message", "teapot"}});
  CHECK(post("/_host/chutes-echo/bytes", Json::object()).status == 400);
}

TEST_CASE_FIXTURE(ApiServer, "on a model's own host the models are a cord and want credentials") {
  const std::string own = "/_host/chutes-deepseek-ai-deepseek-v3-2-tee/v1/models";
  CHECK(get(own).status == 401);
  CHECK(get(own, "token chutes:invoke").json().at("data").at(0).at("id") == model);
}

TEST_CASE_FIXTURE(ApiServer, "a private chute serves its owner") {
  CHECK(post("/_host/ada-my-echo/echo", Json::object()).status == 200);
}

TEST_CASE_FIXTURE(ApiServer, "an unknown host leaves the request to the management routes") {
  CHECK(post("/_host/lm/v1/chat/completions", asked("hi")).status == 403); // the service has no host lm
  CHECK(post("/_host/lm/v1/chat/completions", asked("hi"), "admin").detail() == "No matching chute found!");
  CHECK(get("/_host/llm/", "admin").status == 404);
}

} // namespace
} // namespace chutes::sandbox
