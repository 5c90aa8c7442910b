#include "sandbox/api_server.hpp"
#include "sandbox/models/media.hpp"

namespace chutes::sandbox {
namespace {

const std::string profile = "token profile";
const std::string bytes_path = "/_host/chutes-echo/bytes";
const std::string count_path = "/_host/chutes-echo/count";

TEST_CASE_FIXTURE(ApiServer, "a status fault answers in the service's words, with Retry-After on request") {
  faults.add("/users/me@1:status=429");
  faults.add("/users/me@1:retry-after=7");
  const auto answer = get("/users/me", profile);
  CHECK(answer.status == 429);
  CHECK(answer.detail() == "Infrastructure is at maximum capacity, try again later");
  CHECK(answer.header("Retry-After") == "7");
  CHECK(get("/users/me", profile).status == 200);
}

TEST_CASE_FIXTURE(ApiServer, "a refused request is not processed") {
  faults.add("/echo:status=503");
  CHECK(post("/_host/chutes-echo/echo", {{"a", 1}}).status == 503);
  faults.clear();
  CHECK(post("/_host/chutes-echo/echo", {{"a", 1}}).header("X-Chutes-Quota-Used") == "1.0");
}

TEST_CASE_FIXTURE(ApiServer, "errors can be HTML or plain text") {
  faults.add("/users/me@1:html=502");
  faults.add("/users/me@2:text");
  const auto html = get("/users/me", profile);
  CHECK(html.status == 502);
  CHECK(html.header("Content-Type") == "text/html");
  CHECK(html.body.find("<center>nginx</center>") != std::string::npos);
  CHECK(get("/users/me", profile).body == "Internal Server Error");
}

TEST_CASE_FIXTURE(ApiServer, "the members of an answer can have wrong types, all or one") {
  faults.add("/users/me/quota_usage/x@1:json-type");
  faults.add("/users/me/quota_usage/x@2:json-type=used");
  CHECK(get("/users/me/quota_usage/x", profile).json() == Json{{"quota", "abc"}, {"used", "abc"}});
  CHECK(get("/users/me/quota_usage/x", profile).json() == Json{{"quota", 2000}, {"used", "abc"}});
}

TEST_CASE_FIXTURE(ApiServer, "an empty answer keeps its status") {
  faults.add("/users/me:empty");
  const auto answer = get("/users/me", profile);
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(answer.header("Content-Length") == "0");
}

TEST_CASE_FIXTURE(ApiServer, "a truncated answer breaks off, whether its length was declared or not") {
  faults.add("*:truncate=5");
  const auto declared = post_partly("/_host/chutes-echo/echo", Json::object());
  CHECK(declared.status == 0);
  CHECK(declared.body == "{\"ech");
  const auto undeclared = post_partly(bytes_path, {{"size", 100}});
  CHECK(undeclared.status == 0);
  CHECK(undeclared.body == pattern_bytes(0, 5));
}

TEST_CASE_FIXTURE(ApiServer, "a reset breaks off too") {
  faults.add("*:reset=5");
  CHECK(post_partly("/_host/chutes-echo/echo", Json::object()).status == 0);
}

TEST_CASE_FIXTURE(ApiServer, "a huge answer has the size asked for") {
  faults.add("/users/me:huge=100000");
  CHECK(get("/users/me", profile).body == std::string(100000, ' '));
}

TEST_CASE_FIXTURE(ApiServer, "a huge answer without a size does not end before the reader goes") {
  faults.add("/users/me:huge");
  std::size_t seen = 0;
  CHECK(get_until("/users/me", [&seen](std::size_t more) {
          seen += more;
          return seen < 1'000'000;
        }) == httplib::Error::Canceled);
}

TEST_CASE_FIXTURE(ApiServer, "a lost answer was processed all the same") {
  faults.add("/echo@1:lost");
  CHECK(post_partly("/_host/chutes-echo/echo", {{"a", 1}}).status == 0);
  CHECK(post("/_host/chutes-echo/echo", {{"a", 1}}).header("X-Chutes-Quota-Used") == "1.1");
}

TEST_CASE_FIXTURE(ApiServer, "a skewed clock shows in the Date header") {
  faults.add("/users/me:skew=-3600");
  CHECK(get("/users/me", profile).header("Date") == "Mon, 23 Nov 2026 09:00:00 GMT");
}

TEST_CASE_FIXTURE(ApiServer, "a dripping answer arrives whole, and a late one arrives") {
  faults.add("/count:drip=1");
  faults.add("/count:delay=1");
  CHECK(post(count_path, {{"count", 2}}).body == "data: {\"n\":1}\n\ndata: {\"n\":2}\n\n");
}

TEST_CASE_FIXTURE(ApiServer, "streams are cut, or end in one of the two errors") {
  faults.add("/count@1:cut=1");
  faults.add("/count@2:bare-error=1");
  faults.add("/count@3:error-event=1");
  const auto cut = post_partly(count_path, {{"count", 3}});
  CHECK(cut.status == 0);
  CHECK(cut.body == "data: {\"n\":1}\n\n");
  const auto bare = post_partly(count_path, {{"count", 3}});
  CHECK(bare.status == 200);
  CHECK(bare.body.ends_with("upstream disconnected\"}"));
  const auto event = post_partly(count_path, {{"count", 3}});
  CHECK(event.status == 200);
  CHECK(event.body.starts_with("data: {\"n\":1}\n\ndata: {\"error\""));
}

TEST_CASE_FIXTURE(ApiServer, "the end marker can be left out") {
  faults.add("/v1/chat/completions:no-done");
  const auto answer = post("/_host/llm/v1/chat/completions",
                           {{"model", "deepseek-ai/DeepSeek-V3.2-TEE"},
                            {"stream", true},
                            {"messages", Json::array({{{"role", "user"}, {"content", "hi"}}})}});
  CHECK(answer.status == 200);
  CHECK(answer.body.find("[DONE]") == std::string::npos);
}

TEST_CASE_FIXTURE(ApiServer,
                  "faults are set by a control route, one per line, and cleared by an empty body") {
  CHECK(post_text("/_sandbox/fault", "/users/me:status=500\n/users/me:retry-after=1\n", {}).status == 200);
  CHECK(get("/users/me", profile).header("Retry-After") == "1");
  CHECK(post_text("/_sandbox/fault", "", {}).status == 200);
  CHECK(get("/users/me", profile).status == 200);
}

TEST_CASE_FIXTURE(ApiServer,
                  "the control route refuses an invalid body as a whole, and faults never apply to it") {
  faults.add("*:status=503");
  const auto refused = post_text("/_sandbox/fault", "/users/me:empty\ncut-stream", {});
  CHECK(refused.status == 400);
  CHECK(refused.detail().get<std::string>().find("\"cut-stream\"") != std::string::npos);
  CHECK(get("/users/me", profile).status == 503);
}

} // namespace
} // namespace chutes::sandbox
