#include "golden.hpp"
#include "service/apps/app_plan.hpp"
#include "service/apps/app_rules.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

App existing(const std::string& name) {
  return read_app({{"app_id", "id-" + name},
                   {"client_id", "cid_" + name},
                   {"name", name},
                   {"description", nullptr},
                   {"redirect_uris", {"https://a.example/cb", "https://b.example/cb"}},
                   {"homepage_url", "https://a.example"},
                   {"logo_url", nullptr},
                   {"active", true},
                   {"public", true},
                   {"refresh_token_lifetime_days", 30},
                   {"invented_later", "kept"}});
}

AppFields wanted(const std::string& name) {
  return {.name = name, .redirect_uris = {{"https://a.example/cb", "https://b.example/cb"}}};
}

std::string changes(const AppStep& step) {
  return json_line(changes_json(step));
}

} // namespace

TEST_CASE("an app that does not exist is created with all wanted fields") {
  auto app = wanted("New");
  app.is_public = false;
  app.scopes = {{"openid"}};
  const auto step = plan_app(app, {.own = {existing("Other")}, .of_others = {existing("Elsewhere")}});
  CHECK(step.action == AppAction::create);
  CHECK(step.changes == app);
  CHECK(!step.existing);
  CHECK(
      changes(step) ==
      R"([{"field":"name","from":null,"to":"New"},)"
      R"({"field":"redirect_uris","from":null,"to":["https://a.example/cb","https://b.example/cb"]},)"
      R"({"field":"public","from":null,"to":false},{"field":"allowed_scopes","from":null,"to":["openid"]}])");
}

TEST_CASE("an app that matches is left unchanged, whatever the order of its redirect URIs") {
  auto app = wanted("Mine");
  app.redirect_uris = {{"https://b.example/cb", "https://a.example/cb"}};
  app.homepage_url = "https://a.example";
  app.active = true;
  const auto step = plan_app(app, {.own = {existing("Mine")}, .of_others = {}});
  CHECK(step.action == AppAction::none);
  CHECK(step.changes == AppFields{});
  CHECK(step.existing->app_id == "id-Mine");
  CHECK(changes(step) == "[]");
}

TEST_CASE("only the fields that differ are changed, each with its former value") {
  auto app = wanted("Mine");
  app.redirect_uris = {{"https://c.example/cb"}};
  app.description = "new";
  app.homepage_url = "https://a.example";
  app.refresh_token_lifetime_days = 7;
  app.active = false;
  const auto step = plan_app(app, {.own = {existing("Mine")}, .of_others = {}});
  CHECK(step.action == AppAction::update);
  CHECK(step.changes == AppFields{.redirect_uris = {{"https://c.example/cb"}},
                                  .description = "new",
                                  .active = false,
                                  .refresh_token_lifetime_days = 7});
  CHECK(
      changes(step) ==
      R"([{"field":"description","from":null,"to":"new"},)"
      R"({"field":"redirect_uris","from":["https://a.example/cb","https://b.example/cb"],"to":["https://c.example/cb"]},)"
      R"({"field":"active","from":true,"to":false},)"
      R"({"field":"refresh_token_lifetime_days","from":30,"to":7}])");
}

TEST_CASE("an app whose name differs only in case is found, and renamed") {
  const auto step = plan_app(wanted("My App"), {.own = {existing("my app")}, .of_others = {}});
  CHECK(step.action == AppAction::update);
  CHECK(step.existing->app_id == "id-my app");
  CHECK(changes(step) == R"([{"field":"name","from":"my app","to":"My App"}])");
}

TEST_CASE("an app whose name differs only in blanks at its ends is found, and renamed") {
  for (const char* name : {"My App ", " my app", "\tMY APP\n"}) {
    const auto step = plan_app(wanted(name), {.own = {existing("My App")}, .of_others = {}});
    CHECK(step.action == AppAction::update);
    REQUIRE(step.existing);
    CHECK(step.existing->app_id == "id-My App");
    CHECK(step.changes == AppFields{.name = name});
  }
  const auto back = plan_app(wanted("My App"), {.own = {existing("My App ")}, .of_others = {}});
  CHECK(back.action == AppAction::update);
  const KnownApps both{.own = {existing("My App"), existing("My App ")}, .of_others = {}};
  CHECK(plan_app(wanted("My App "), both).existing->app_id == "id-My App ");
  CHECK(plan_app(wanted("My App "), both).action == AppAction::none);
}

TEST_CASE("a name that an app of another account has without the blanks is a conflict") {
  const auto step = plan_app(wanted("Taken "), {.own = {}, .of_others = {existing("taken")}});
  CHECK(step.action == AppAction::conflict);
  CHECK(step.reason.find("'taken'") != std::string::npos);
}

TEST_CASE("of two apps whose names differ only in case, the one of exactly that name is chosen") {
  const KnownApps both{.own = {existing("my app"), existing("My App")}, .of_others = {}};
  CHECK(plan_app(wanted("My App"), both).existing->app_id == "id-My App");
  const auto step = plan_app(wanted("MY APP"), both);
  CHECK(step.action == AppAction::conflict);
  check_golden(step.reason);
}

TEST_CASE("a name that an app of another account has is a conflict") {
  const auto step = plan_app(wanted("Taken"), {.own = {}, .of_others = {existing("TAKEN")}});
  CHECK(step.action == AppAction::conflict);
  CHECK(step.reason.find("'TAKEN'") != std::string::npos);
  check_golden(step.reason);
  CHECK(changes(step) == "[]");
}

TEST_CASE("an underscore in a new name matches any character, so that it collides with other names") {
  CHECK(name_collides("my_app", "My-App"));
  CHECK(!name_collides("My-App", "my_app"));
  const auto step = plan_app(wanted("My_App"), {.own = {existing("My-App")}, .of_others = {}});
  CHECK(step.action == AppAction::conflict);
  CHECK(step.reason.find("'My-App'") != std::string::npos);
  check_golden(step.reason);
}

TEST_CASE(
    "scopes are compared with the recorded ones, because the service neither reports nor changes them") {
  auto app = wanted("Mine");
  app.scopes = {{"openid", "profile"}};
  KnownApps known{.own = {existing("Mine")}, .of_others = {}};
  SUBCASE("the same, in another order") {
    known.scopes["id-Mine"] = {"profile", "openid"};
    const auto step = plan_app(app, known);
    CHECK(step.action == AppAction::none);
    CHECK(step.remark.empty());
  }
  SUBCASE("others") {
    known.scopes["id-Mine"] = {"openid"};
    const auto step = plan_app(app, known);
    CHECK(step.action == AppAction::conflict);
    CHECK(step.reason.find("app replace") != std::string::npos);
  }
  SUBCASE("not recorded: nothing changes, and a remark says so") {
    const auto step = plan_app(app, known);
    CHECK(step.action == AppAction::none);
    CHECK(step.remark.find("allowed_scopes") != std::string::npos);
  }
  SUBCASE("the file omits them") {
    app.scopes.reset();
    known.scopes["id-Mine"] = {"openid"};
    const auto step = plan_app(app, known);
    CHECK(step.action == AppAction::none);
    CHECK(step.remark.empty());
  }
}

TEST_CASE("the steps follow the order of the file, each decided on its own") {
  const auto steps = plan_apps({wanted("Z"), wanted("Taken"), wanted("A")},
                               {.own = {existing("A")}, .of_others = {existing("taken")}});
  REQUIRE(steps.size() == 3);
  CHECK(name_of(steps[0].action) == "create");
  CHECK(name_of(steps[1].action) == "conflict");
  CHECK(name_of(steps[2].action) == "none");
}
