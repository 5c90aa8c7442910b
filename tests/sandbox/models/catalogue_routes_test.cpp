#include "sandbox/api_server.hpp"

namespace chutes::sandbox {
namespace {

TEST_CASE_FIXTURE(ApiServer, "the catalogue is public") {
  const auto page = get("/chutes/").json();
  CHECK(page.at("total") == 11);
  CHECK(page.at("cord_refs").is_object());
}

TEST_CASE_FIXTURE(
    ApiServer, "the catalogue refuses a valid token without the scope, and treats an invalid one as none") {
  CHECK(get("/chutes/", "token openid profile chutes:invoke chutes:read").status == 403);
  CHECK(get("/chutes/", "invalid").json().at("total") == 11);
  CHECK(get("/chutes/", "bad").status == 401);
}

TEST_CASE_FIXTURE(ApiServer, "an admin key sees its own chutes, and the public ones on request") {
  CHECK(get("/chutes/", "admin").json().at("total") == 1);
  CHECK(get("/chutes/?include_public=true", "admin").json().at("total") == 12);
}

TEST_CASE_FIXTURE(ApiServer, "the list is asked for with the service's parameters and limits") {
  CHECK(get("/chutes/?template=vllm&name=deepseek&limit=1").json().at("items").size() == 1);
  CHECK(get("/chutes/?include_schemas=true&slug=chutes-echo").body.find("input_schema") != std::string::npos);
  CHECK(get("/chutes/?limit=0").status == 422);
  CHECK(get("/chutes/?limit=5001").detail().at(0).at("msg") == "Input should be less than or equal to 5000");
  CHECK(get("/chutes/?page=101").status == 422);
  CHECK(get("/chutes/?offset=1&page=1").status == 400);
}

TEST_CASE_FIXTURE(ApiServer, "a chute is shown by name or id, and a private one to its owner only") {
  const auto chute = get("/chutes/deepseek-ai/DeepSeek-V3.2-TEE").json();
  CHECK(chute.at("slug") == "chutes-deepseek-ai-deepseek-v3-2-tee");
  CHECK(chute.at("cords").is_array());
  CHECK(get("/chutes/" + chute.at("chute_id").get<std::string>()).json() == chute);
  CHECK(get("/chutes/my-echo", "admin").status == 200);
  for (const char* unknown : {"/chutes/my-echo", "/chutes/no/such"}) {
    CHECK(get(unknown).status == 404);
    CHECK(get(unknown).detail() == "Chute not found, or does not belong to you");
  }
}

TEST_CASE_FIXTURE(ApiServer, "warming up requires a key and a positive balance") {
  CHECK(get("/chutes/warmup/echo").status == 401);
  CHECK(get("/chutes/warmup/echo", "token profile chutes:invoke").status == 403);
  CHECK(get("/chutes/warmup/none", "admin").status == 404);
  world.settings["balance"] = 0;
  CHECK(get("/chutes/warmup/echo", "admin").status == 402);
}

TEST_CASE_FIXTURE(ApiServer, "warming up reports as events or, quickly, as one document") {
  const auto events = get("/chutes/warmup/echo", "admin");
  CHECK(events.header("Content-Type") == "text/event-stream");
  CHECK(events.body.ends_with("data: {\"status\":\"hot\",\"log\":\"chute is hot\"}\n\n"));
  const auto quick = get("/chutes/warmup/cold-echo?quick=true", "admin").json();
  CHECK(quick.at("status") == "cold");
  CHECK(quick.at("instance_count") == 0);
}

} // namespace
} // namespace chutes::sandbox
