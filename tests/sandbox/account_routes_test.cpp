#include "sandbox/api_server.hpp"

namespace chutes::sandbox {
namespace {

using namespace std::string_literals;

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

TEST_CASE_FIXTURE(ApiServer, "what no route serves is taken for an invocation of no chute") {
  for (const char* path : {"/users/me/nothing", "/users/me/", "/users/me/quotas/"}) {
    CAPTURE(path);
    CHECK(get(path).detail() == "Authentication required.");
    CHECK(get(path, "invalid").detail() == "Authentication required.");
    CHECK(get(path, "token openid").status == 403);
    CHECK(get(path, "bad").detail() == "Invalid token or user not found");
    CHECK(get(path, "admin").status == 404);
    CHECK(get(path, "admin").detail() == "No matching chute found!");
  }
  CHECK(get("/users/me/nothing", profile).status == 404); // a scope of the account opens all below /users/me
  CHECK(post("/users/me", Json::object(), profile).status == 403);
  CHECK(post("/users/me", Json::object(), "admin").status == 404);
}

TEST_CASE_FIXTURE(ApiServer, "an account answers to its id and its name, and to nobody else") {
  const auto mine = get("/users/me", "admin").json();
  CHECK(get("/users/ada", "admin").json() == mine);
  CHECK(get("/users/" + world.ada.user_id, "admin").json() == mine);
  CHECK(get("/users/" + world.ada.user_id + "/usage?limit=1", "admin").json().at("items").size() == 1);
  CHECK(get("/users/bob", "admin").status == 403);
  CHECK(get("/users/bob", "admin").detail() ==
        "This action can only be performed by billing admin accounts.");
  CHECK(get("/users/ada", profile).status == 403); // only "me" has a scope
}

TEST_CASE_FIXTURE(ApiServer, "usage is asked for with times without a zone, and fails with any other") {
  for (const char* fine : {"2026-11-20", "2026-11-20T00:00:00", "2026-11-20T00:00:00.5"}) {
    CAPTURE(fine);
    CHECK(get("/users/me/usage?start_date="s + fine, profile).status == 200);
  }
  for (const char* zoned : {"2026-11-20T00:00:00Z", "2026-11-20T00:00:00%2B00:00", "1767225600"}) {
    CAPTURE(zoned);
    CHECK(get("/users/me/usage?end_date="s + zoned, profile).status == 500);
  }
  const auto flaw = [this](const std::string& text) {
    const auto problem = get("/users/me/usage?start_date=" + text, profile).detail().at(0);
    CHECK(problem.at("type") == "datetime_from_date_parsing");
    return problem.at("ctx").at("error").get<std::string>();
  };
  CHECK(flaw("soon") == "input is too short");
  CHECK(flaw("next month") == "invalid character in year");
  CHECK(flaw("2026/11/20") == "invalid date separator, expected `-`");
  CHECK(flaw("2026-13-20") == "month value is outside expected range of 1-12");
  CHECK(flaw("2026-11-31") == "day value is outside expected range");
  CHECK(flaw("2026-11-20T25:00:00") == "unexpected extra characters at the end of the input");
}

TEST_CASE_FIXTURE(ApiServer, "of a parameter that is repeated the last counts, and numbers may be padded") {
  CHECK(get("/users/me/usage?limit=1&limit=2", profile).json().at("items").size() == 2);
  CHECK(get("/users/me/usage?limit=%202.0%20", profile).json().at("items").size() == 2);
  CHECK(get("/users/me/usage?limit=0", profile).json().at("items").empty());
  CHECK(get("/users/me/usage?page=-1", profile).status == 500);
  CHECK(get("/users/me/usage?limit=99999999999999999999", profile).status == 500);
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
