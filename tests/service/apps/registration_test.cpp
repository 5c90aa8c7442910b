// Apps as their owner manages them: what goes over the wire, what is made of the answers.
#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "fakes/http_client.hpp"
#include "golden.hpp"
#include "service/apps/authorizations.hpp"
#include "service/apps/registration.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

const std::string apps_url = "https://api.chutes.ai/idp/apps";
constexpr const char* full_app =
    R"({"app_id":"a-1","client_id":"cid_1","user_id":"u-1","name":"Shop","description":null,)"
    R"("redirect_uris":["https://shop.example/cb"],"homepage_url":"https://shop.example","logo_url":null,)"
    R"("active":true,"public":false,"refresh_token_lifetime_days":7,"created_at":"2026-01-02T03:04:05",)"
    R"("updated_at":null,"colour":"a field of tomorrow"})";

struct AdminSession {
  fakes::ScriptedHttp http;
  Endpoints endpoints = Endpoints::from({});
  Secret key{"cpk_admin"};
  Registration apps{endpoints, key, http};
  Authorizations authorizations{endpoints, key, http};
};

template <typename Call>
Error failure_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Error{ErrorKind::internal, "no error"};
}

std::string detail(const std::string& text) {
  return R"({"detail":")" + text + R"("})";
}

std::string page_of(int first, int count, int total) {
  Json items = Json::array();
  for (int i = first; i < first + count; ++i)
    items.push_back({{"app_id", "a-" + std::to_string(i)},
                     {"client_id", "cid_" + std::to_string(i)},
                     {"name", "App " + std::to_string(i)}});
  return json_line({{"total", total}, {"items", items}, {"cord_refs", nullptr}});
}

} // namespace

TEST_CASE("an app is read with all its fields, and the service's document is kept with unknown ones") {
  AdminSession admin;
  admin.http.expect("GET", apps_url + "/cid_1", 200, full_app).look = [](const HttpRequest& request) {
    CHECK(request.headers.front() ==
          std::pair<std::string, std::string>{"Authorization", "Bearer cpk_admin"});
  };
  const auto app = admin.apps.find("cid_1");
  REQUIRE(app.has_value());
  CHECK(app->app_id == "a-1");
  CHECK(app->client_id == "cid_1");
  CHECK(app->name == "Shop");
  CHECK(app->redirect_uris == std::vector<std::string>{"https://shop.example/cb"});
  CHECK(!app->description.has_value());
  CHECK(app->homepage_url == "https://shop.example");
  CHECK(app->is_public == false);
  CHECK(app->active == true);
  CHECK(app->refresh_token_lifetime_days == 7);
  CHECK(json_line(*app->document) == full_app);
}

TEST_CASE("an app that does not exist is absent, and an id cannot change the path") {
  AdminSession admin;
  admin.http.expect("GET", apps_url + "/..%2Fusers%3Fx", 404, detail("Application not found"));
  CHECK(!admin.apps.find("../users?x").has_value());
}

TEST_CASE("a creation sends the given fields and nothing else, and the secret is kept out of the document") {
  AdminSession admin;
  admin.http
      .expect("POST", apps_url, 200, R"({"app_id":"a-1","client_id":"cid_1","client_secret":"csc_1","x":1})")
      .look = [](const HttpRequest& request) {
    CHECK(request.body ==
          R"({"name":"Shop","redirect_uris":["https://shop.example/cb"],"allowed_scopes":["profile"]})");
  };
  const auto created =
      admin.apps.create({.name = "Shop",
                         .redirect_uris = std::vector<std::string>{"https://shop.example/cb"},
                         .scopes = std::vector<std::string>{"profile"}});
  CHECK(created.client_secret == Secret{"csc_1"});
  CHECK(json_line(*created.app.document) == R"({"app_id":"a-1","client_id":"cid_1","x":1})");
}

TEST_CASE("a change sends its fields only, and never the scopes") {
  AdminSession admin;
  admin.http.expect("PATCH", apps_url + "/a-1", 200, full_app).look = [](const HttpRequest& request) {
    CHECK(request.body == R"({"public":false,"active":true,"refresh_token_lifetime_days":7})");
  };
  const auto app = admin.apps.update("a-1", {.is_public = false,
                                             .active = true,
                                             .refresh_token_lifetime_days = 7,
                                             .scopes = std::vector<std::string>{"admin"}});
  CHECK(app.refresh_token_lifetime_days == 7);
}

TEST_CASE("a list holds the account's own apps over all pages, or as many as requested") {
  AdminSession admin;
  const auto url = [](const std::string& page) {
    return apps_url + "?include_public=false&include_shared=false&limit=100&page=" + page;
  };
  admin.http.expect("GET", url("0"), 200, page_of(0, 100, 201));
  admin.http.expect("GET", url("1"), 200, page_of(100, 100, 201));
  SUBCASE("all") {
    admin.http.expect("GET", url("2"), 200, page_of(200, 1, 201));
    const auto apps = admin.apps.list({});
    REQUIRE(apps.size() == 201);
    CHECK(apps.front().app_id == "a-0");
    CHECK(apps.back().app_id == "a-200");
  }
  SUBCASE("150 of them") {
    CHECK(admin.apps.list({.most = 150}).size() == 150);
  }
}

TEST_CASE("a list whose pages hold fewer than were asked for is read to its total") {
  AdminSession admin;
  const auto url = apps_url + "?include_public=false&include_shared=false&limit=100&page=";
  admin.http.expect("GET", url + "0", 200, page_of(0, 25, 60));
  admin.http.expect("GET", url + "1", 200, page_of(25, 25, 60));
  admin.http.expect("GET", url + "2", 200, page_of(50, 10, 60));
  CHECK(admin.apps.list({}).size() == 60);
}

TEST_CASE("a list includes others' apps and searches only on request") {
  AdminSession admin;
  admin.http.expect("GET",
                    apps_url + "?include_public=true&include_shared=true&search=my+shop&limit=100&page=0",
                    200, page_of(0, 0, 0));
  CHECK(admin.apps.list({.search = "my shop", .include_public = true, .include_shared = true}).empty());
}

TEST_CASE("a list that promises more than it gives ends at its first empty page") {
  AdminSession admin;
  const auto url = apps_url + "?include_public=false&include_shared=false&limit=100&page=";
  admin.http.expect("GET", url + "0", 200, page_of(0, 2, 5000));
  admin.http.expect("GET", url + "1", 200, page_of(0, 0, 5000));
  CHECK(admin.apps.list({}).size() == 2);
}

TEST_CASE("an app is found by its exact name, else by one that differs only in case") {
  AdminSession admin;
  const auto url = apps_url + "?include_public=false&include_shared=false&search=shop&limit=100&page=0";
  const auto app = [](const char* id, const char* name) {
    return Json{{"app_id", id}, {"client_id", "cid"}, {"name", name}};
  };
  Json items = Json::array({app("a-1", "shop two"), app("a-2", "Shop"), app("a-3", "SHOP")});
  std::vector<std::string> expected;
  SUBCASE("exact") {
    items.push_back(app("a-4", "shop"));
    expected = {"a-4"};
  }
  SUBCASE("but for the case") {
    expected = {"a-2", "a-3"};
  }
  admin.http.expect("GET", url, 200, json_line({{"total", items.size()}, {"items", items}}));
  std::vector<std::string> found;
  for (const auto& named : admin.apps.named("shop"))
    found.push_back(named.app_id);
  CHECK(found == expected);
}

TEST_CASE("an app is searched for without the blanks at the ends of its name") {
  AdminSession admin;
  admin.http.expect("GET",
                    apps_url + "?include_public=false&include_shared=false&search=Shop&limit=100&page=0", 200,
                    R"({"total":1,"items":[{"app_id":"a-1","client_id":"cid","name":"Shop"}]})");
  const auto found = admin.apps.named(" Shop ");
  REQUIRE(found.size() == 1);
  CHECK(found.front().app_id == "a-1");
}

TEST_CASE("only the route's own 404 makes an app absent") {
  for (const auto& body : {detail("No matching chute found!"), detail("Not Found"), detail("User not found"),
                           std::string{"<html>404</html>"}, std::string{}}) {
    AdminSession admin;
    admin.http.expect("GET", apps_url + "/cid_1", 404, body);
    const auto error = failure_of([&] { static_cast<void>(admin.apps.find("cid_1")); });
    CHECK(error.kind() == ErrorKind::service);
    CHECK(error.status() == 404);
  }
}

TEST_CASE("a new name that is taken is one's own app's") {
  AdminSession admin;
  admin.http.expect("PATCH", apps_url + "/a-1", 409, detail("An application with this name already exists"));
  const auto error = failure_of([&] { static_cast<void>(admin.apps.update("a-1", {.name = "Taken"})); });
  CHECK(error.kind() == ErrorKind::usage);
  CHECK(error.status() == 409);
  check_golden(error.what() + ("\n" + error.hint()));
}

TEST_CASE("a refusal is explained by what the service meant") {
  AdminSession admin;
  ErrorKind kind{};
  std::vector<std::string> facts;
  int status = 0;
  std::string body;
  SUBCASE("a key without admin rights") {
    status = 401;
    body = detail("Invalid token or user not found");
    kind = ErrorKind::forbidden;
    facts = {"admin API key"};
  }
  SUBCASE("a session without admin") {
    status = 403;
    body = detail("Token does not have permission for this resource");
    kind = ErrorKind::forbidden;
    facts = {"Token does not have permission for this resource", "the scope admin"};
  }
  SUBCASE("scopes that require a role") {
    status = 403;
    body = detail("Privileged scopes require unlimited_dev permission: ['billing:read']");
    kind = ErrorKind::forbidden;
    facts = {"unlimited_dev", "billing:read"};
  }
  SUBCASE("a name that is taken") {
    status = 409;
    body = detail("An application with this name already exists");
    kind = ErrorKind::usage;
    facts = {"An application with this name already exists", "'_'"};
  }
  SUBCASE("fields that break rules, one by one, without what was submitted") {
    status = 422;
    body = R"({"detail":[{"loc":["body","name"],"msg":"Value error, too short","input":"csc_canary"},)"
           R"({"loc":["body","redirect_uris"],"msg":"Field required","input":{"x":"csc_canary"}}]})";
    kind = ErrorKind::usage;
    facts = {"body.name: Value error, too short; body.redirect_uris: Field required"};
  }
  admin.http.expect("POST", apps_url, status, body);
  const auto error = failure_of([&] { static_cast<void>(admin.apps.create({.name = "x"})); });
  const auto text = error.what() + ("\n" + error.hint());
  CHECK(error.kind() == kind);
  CHECK(error.status() == status);
  for (const auto& fact : facts)
    CHECK_MESSAGE(text.find(fact) != std::string::npos, fact);
  CHECK(text.find("canary") == std::string::npos);
  check_golden(text);
}

TEST_CASE("if the answer to a creation is lost, the error says what may have happened") {
  AdminSession admin;
  std::exception_ptr failure;
  int status = 0;
  std::string body;
  SUBCASE("on the way") {
    failure = std::make_exception_ptr(Error{ErrorKind::network, "the connection was lost", "try again"});
  }
  SUBCASE("unreadable") {
    status = 200;
    body = "<html>";
  }
  SUBCASE("without the secret") {
    status = 200;
    body = R"({"app_id":"a-1","client_id":"cid_1"})";
  }
  SUBCASE("with an empty secret") {
    status = 200;
    body = R"({"app_id":"a-1","client_id":"cid_1","client_secret":""})";
  }
  SUBCASE("a failure at the service") {
    status = 500;
    body = "Internal Server Error";
  }
  admin.http.expect("POST", apps_url, status, body).failure = failure;
  const auto error = failure_of([&] { static_cast<void>(admin.apps.create({.name = "Shop"})); });
  CHECK(error.kind() == (failure ? ErrorKind::network : ErrorKind::service));
  CHECK(error.hint().find("app rotate-secret") != std::string::npos);
  check_golden(error.hint());
}

TEST_CASE("a creation that was never sent is an ordinary network failure") {
  AdminSession admin;
  admin.http.expect("POST", apps_url, 0).failure = std::make_exception_ptr(
      Error{ErrorKind::network, "could not reach the service", "try again"}.with_nothing_sent());
  CHECK(failure_of([&] { static_cast<void>(admin.apps.create({.name = "Shop"})); }).hint() == "try again");
}

TEST_CASE("a new name at which the service fails may be taken by another account") {
  AdminSession admin;
  admin.http.expect("PATCH", apps_url + "/a-1", 500, "Internal Server Error");
  const auto error = failure_of([&] { static_cast<void>(admin.apps.update("a-1", {.name = "Taken"})); });
  CHECK(error.kind() == ErrorKind::service);
  CHECK(error.status() == 500);
  check_golden(error.what() + ("\n" + error.hint()));
}

TEST_CASE("a new secret that is missing or empty in the answer is a failure that says how to go on") {
  for (const char* body : {R"({"app_id":"a-1"})", R"({"app_id":"a-1","client_secret":""})"}) {
    AdminSession admin;
    admin.http.expect("POST", apps_url + "/a-1/regenerate-secret", 200, body);
    const auto error = failure_of([&] { static_cast<void>(admin.apps.regenerate_secret("a-1")); });
    CHECK(error.kind() == ErrorKind::service);
    CHECK(error.hint().find("app rotate-secret") != std::string::npos);
    check_golden(error.what() + ("\n" + error.hint()));
  }
}

TEST_CASE("a new secret is taken out of the service's answer") {
  AdminSession admin;
  admin.http
      .expect("POST", apps_url + "/a-1/regenerate-secret", 200,
              R"({"app_id":"a-1","client_id":"cid_1","client_secret":"csc_2"})")
      .look = [](const HttpRequest& request) { CHECK(request.body.empty()); };
  const auto renewed = admin.apps.regenerate_secret("a-1");
  CHECK(renewed.client_id == "cid_1");
  CHECK(renewed.client_secret == Secret{"csc_2"});
  CHECK(json_line(*renewed.document) == R"({"app_id":"a-1","client_id":"cid_1"})");
}

TEST_CASE("sharing sends both names that the service requires, and ending it names the user") {
  AdminSession admin;
  admin.http.expect("POST", apps_url + "/a-1/share", 200, R"({"shared_to":"u-2"})").look =
      [](const HttpRequest& request) {
        CHECK(request.body == R"({"app_id_or_name":"a-1","user_id_or_name":"grace"})");
      };
  admin.http.expect("GET", apps_url + "/a-1/shares", 200,
                    R"({"app_id":"a-1","shares":[{"user_id":"u-2","username":"grace"}]})");
  admin.http.expect("DELETE", apps_url + "/a-1/share/u-2", 200, R"({"unshared_from":"u-2"})");
  CHECK(admin.apps.share("a-1", "grace")["shared_to"] == "u-2");
  CHECK(admin.apps.shares("a-1")[0]["username"] == "grace");
  CHECK(admin.apps.unshare("a-1", "u-2")["unshared_from"] == "u-2");
}

TEST_CASE("authorizations are listed with the granted scopes, and revoked by the app's id") {
  AdminSession admin;
  const std::string url = "https://api.chutes.ai/idp/authorizations";
  admin.http.expect("GET", url + "?limit=100&page=0", 200,
                    R"({"total":1,"items":[{"app_id":"a-1","app_name":"Shop","scopes":["profile"],)"
                    R"("created_at":"2026-01-02T03:04:05","revoked":false}]})");
  admin.http.expect("DELETE", url + "/a-1", 200, R"({"app_id":"a-1","revoked":true})");
  const auto all = admin.authorizations.list();
  REQUIRE(all.size() == 1);
  CHECK(all[0].app_id == "a-1");
  CHECK(all[0].app_name == "Shop");
  CHECK(all[0].scopes == std::vector<std::string>{"profile"});
  CHECK(all[0].created_at == "2026-01-02T03:04:05");
  CHECK(admin.authorizations.revoke("a-1")["revoked"] == true);
}
