// What this account has authorized, and which scopes there are.
#include "flows/app_owner.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string grants_url = "https://api.chutes.ai/idp/authorizations";

std::string grant(const std::string& id, const std::string& name) {
  return R"({"authorization_id":"z","app_id":")" + id + R"(","app_name":")" + name +
         R"(","scopes":["openid","profile"],"created_at":"2026-01-02T03:04:05","revoked":false})";
}

struct Account : AppOwner {
  void expect_grants(const std::vector<std::string>& grants) {
    std::string items;
    for (const auto& item : grants)
      items += (items.empty() ? "" : ",") + item;
    http.expect("GET", grants_url + "?limit=100&page=0", 200,
                R"({"total":)" + std::to_string(grants.size()) + R"(,"items":[)" + items + "]}");
  }
};

} // namespace

TEST_CASE("grants list shows each app with what it was allowed") {
  Account world;
  SUBCASE("text") {
    world.expect_grants({grant("a-1", "Shop")});
    CHECK(world.run({"grants", "list"}) == 0);
    CHECK(world.terminal.output == "Shop\topenid profile\t2026-01-02 03:04 UTC\ta-1\n");
  }
  SUBCASE("json") {
    world.expect_grants({grant("a-1", "Shop")});
    CHECK(world.run({"grants", "list", "--json"}) == 0);
    CHECK(world.terminal.output == "[" + grant("a-1", "Shop") + "]\n");
  }
  SUBCASE("none") {
    world.expect_grants({});
    CHECK(world.run({"grants", "list"}) == 0);
    CHECK(world.terminal.output.empty());
    check_golden(world.terminal.errors);
  }
}

TEST_CASE("grants revoke finds the app by name, app id or client id") {
  Account world;
  std::string word;
  std::string id = "a-1";
  SUBCASE("name") {
    word = "Shop";
    world.expect_grants({grant("a-2", "Other"), grant("a-1", "Shop")});
  }
  SUBCASE("app id of an app that the account may not see") {
    word = id = app_id;
    world.http.expect("GET", apps_url + "/" + app_id, 404, R"({"detail":"Application not found"})");
    world.expect_grants({grant(app_id, "Hidden")});
  }
  SUBCASE("client id") {
    word = "cid_1";
    id = app_id;
    world.expect_find();
  }
  world.http.expect("DELETE", grants_url + "/" + id, 200, R"({"app_id":")" + id + R"(","revoked":true})");
  CHECK(world.run({"grants", "revoke", word}) == 0);
  CHECK(world.terminal.output.find(word) != std::string::npos);
  check_golden(world.terminal.output + world.terminal.errors);
}

TEST_CASE("grants revoke refuses a name that names none or several") {
  Account world;
  SUBCASE("none") {
    world.expect_grants({grant("a-1", "Shop")});
    CHECK(world.run({"grants", "revoke", "shop"}) == 6);
    CHECK(world.says("'shop'\n"));
    CHECK(world.says("'chutes-login grants list'"));
    check_golden(world.terminal.errors);
  }
  SUBCASE("several") {
    world.expect_grants({grant("a-1", "Shop"), grant("a-2", "Shop")});
    CHECK(world.run({"grants", "revoke", "Shop"}) == 2);
    CHECK(world.says("a-1, a-2\n"));
    check_golden(world.terminal.errors);
  }
  SUBCASE("no word") {
    CHECK(world.run({"grants", "revoke"}) == 2);
    check_golden(world.terminal.errors);
  }
}

TEST_CASE("grants needs an admin key and explains a 401") {
  Account world;
  world.http.expect("GET", grants_url + "?limit=100&page=0", 401,
                    R"({"detail":"Invalid token or user not found"})");
  CHECK(world.run({"grants", "list"}) == 8);
  CHECK(world.says("admin API key"));
}

TEST_CASE("scopes lists each scope with what it means and whether an app has to register it") {
  fakes::World world;
  world.http
      .expect("GET", "https://api.chutes.ai/idp/scopes", 200,
              R"({"scopes":{"profile":"Read the profile","admin":"Everything"}})")
      .look = [](const HttpRequest& request) { CHECK(request.headers.empty()); };
  SUBCASE("text") {
    CHECK(world.run({"scopes"}) == 0);
    CHECK(world.terminal.output == "openid\t\tKnow who you are (granted without being listed)\n"
                                   "profile\t\tRead the profile\n"
                                   "admin\tregistration\tEverything\n");
  }
  SUBCASE("json") {
    CHECK(world.run({"scopes", "--json"}) == 0);
    CHECK((*parse_json(world.terminal.output))[2] ==
          Json{{"scope", "admin"}, {"description", "Everything"}, {"needs_registration", true}});
  }
}
