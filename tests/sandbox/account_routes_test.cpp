#include "sandbox/api_server.hpp"

namespace chutes::sandbox {
namespace {

const std::string profile = "token openid profile";

TEST_CASE_FIXTURE(ApiServer, "the account answers a token with profile") {
  const auto answer = get("/users/me", profile);
  CHECK(answer.status == 200);
  CHECK(answer.json().at("username") == "ada");
  CHECK(answer.json().at("balance") == 12.34);
}

TEST_CASE_FIXTURE(ApiServer,
                  "the account refuses missing tokens, invalid tokens and tokens without the scope") {
  const std::string unknown = "Can't find a user with that api key in our db :(";
  CHECK(get("/users/me").status == 401);
  CHECK(get("/users/me").detail() == unknown);
  CHECK(get("/users/me", "invalid").detail() == unknown);
  const auto refused = get("/users/me", "token openid chutes:invoke");
  CHECK(refused.status == 403);
  CHECK(refused.detail() == "Token does not have permission for this resource");
  CHECK(get("/users/me", "key chutes:invoke").detail() == "Invalid token or user not found");
}

TEST_CASE_FIXTURE(ApiServer, "there is no balance route for users, whatever the scope") {
  const std::string admins_only = "This action can only be performed by billing admin accounts.";
  CHECK(get("/users/me/balance", "token balance").status == 403);
  CHECK(get("/users/me/balance", "token balance").detail() == admins_only);
  CHECK(get("/users/me/balance", "admin").detail() == admins_only);
  CHECK(get("/users/me/balance", profile).detail() == "Token does not have permission for this resource");
}

TEST_CASE_FIXTURE(ApiServer, "an account without a hotkey is a plain text failure") {
  world.settings["hotkey"] = nullptr;
  const auto answer = get("/users/me", profile);
  CHECK(answer.status == 500);
  CHECK(answer.body == "Internal Server Error");
  CHECK(answer.header("Content-Type").starts_with("text/plain"));
}

TEST_CASE_FIXTURE(ApiServer, "every account route answers") {
  CHECK(get("/users/me/quotas", profile).json().is_array());
  CHECK(get("/users/me/quota_usage/abc", profile).json() == Json{{"quota", 2000}, {"used", 0.0}});
  CHECK(get("/users/me/subscription_usage", profile).json().at("subscription") == true);
  CHECK(get("/users/me/discounts", profile).json() == Json::array());
  CHECK(get("/users/me/price_overrides", profile).json() == Json::array());
  CHECK(get("/users/me/usage?limit=3", profile).json().at("items").size() == 3);
  CHECK(get("/users/me/nothing", profile).status == 404);
}

TEST_CASE_FIXTURE(ApiServer, "a parameter of the wrong type is named as the framework does") {
  const auto answer = get("/users/me/usage?page=x&per_chute=maybe&start_date=soon", profile);
  CHECK(answer.status == 422);
  CHECK(answer.detail().size() == 3);
  CHECK(answer.detail().at(0) ==
        Json{{"type", "int_parsing"},
             {"loc", {"query", "page"}},
             {"msg", "Input should be a valid integer, unable to parse string as an integer"},
             {"input", "x"}});
}

TEST_CASE_FIXTURE(ApiServer, "other methods are not allowed") {
  const auto answer = post("/users/me", Json::object(), profile);
  CHECK(answer.status == 405);
  CHECK(answer.detail() == "Method Not Allowed");
}

TEST_CASE_FIXTURE(ApiServer, "what is invoked shows in quota and usage") {
  REQUIRE(post("/_host/chutes-echo/echo", Json::object()).status == 200);
  REQUIRE(post("/_host/chutes-echo/echo", Json::object()).status == 200);
  const auto page = get("/users/me/usage?per_chute=true&limit=1", profile).json();
  CHECK(page.at("items").at(0).at("count") == 2);
  const std::string chute_id = page.at("items").at(0).at("chute_id");
  CHECK(get("/users/me/quota_usage/" + chute_id, profile).json().at("used") == 1.1);
}

} // namespace
} // namespace chutes::sandbox
