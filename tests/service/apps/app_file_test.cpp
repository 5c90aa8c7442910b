#include "base/error.hpp"
#include "golden.hpp"
#include "service/apps/app_file.hpp"
#include "service/chat/json_schema.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace chutes;
using namespace chutes::service;

namespace {

// What is wrong with the file, and the hint on a second line.
std::string flaw(const std::string& text) {
  try {
    const auto apps = parse_app_file(text, "apps.json");
    return "(" + std::to_string(apps.size()) + " apps)";
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.what() + (error.hint().empty() ? "" : "\n" + error.hint());
  }
}

// An app with one member of its own, or one member otherwise than usual.
std::string with(const char* name, const char* value) {
  Json app{{"name", "My App"}, {"redirect_uris", {"http://127.0.0.1:1/cb"}}};
  app[name] = Json::parse(value);
  return app.dump();
}

Json shipped_schema() {
  std::ifstream file{tests_folder() + "/../packaging/chutes-apps.schema.json"};
  REQUIRE(file);
  return Json::parse(file);
}

} // namespace

TEST_CASE("a file of one app is that app, and what it leaves out is absent") {
  const auto apps = parse_app_file(R"({"name":"My App","redirect_uris":["https://a.example/cb"]})", "f");
  CHECK(apps == std::vector<AppFields>{{.name = "My App", .redirect_uris = {{"https://a.example/cb"}}}});
}

TEST_CASE("a file of several apps keeps their order and every field") {
  const auto apps = parse_app_file(R"({"$schema":"chutes-apps.schema.json","apps":[
    {"name":"Second","redirect_uris":["http://localhost:3000/cb"]},
    {"name":"First Ä","redirect_uris":["https://a.example/cb","https://b.example/cb"],"description":"d",
     "homepage_url":"https://a.example","logo_url":"https://a.example/l.png","public":false,"active":true,
     "refresh_token_lifetime_days":7,"allowed_scopes":["openid","chutes:invoke"]}]})",
                                   "f");
  REQUIRE(apps.size() == 2);
  CHECK(apps[0] == AppFields{.name = "Second", .redirect_uris = {{"http://localhost:3000/cb"}}});
  CHECK(apps[1] == AppFields{.name = "First Ä",
                             .redirect_uris = {{"https://a.example/cb", "https://b.example/cb"}},
                             .description = "d",
                             .homepage_url = "https://a.example",
                             .logo_url = "https://a.example/l.png",
                             .is_public = false,
                             .active = true,
                             .refresh_token_lifetime_days = 7,
                             .scopes = {{"openid", "chutes:invoke"}}});
}

TEST_CASE("a file that is no JSON is refused with line and column") {
  CHECK(flaw("{\n  \"name\": \"a\",\n}") ==
        "apps.json: line 3, column 1: it is not JSON: expected string literal");
  CHECK(flaw("") == "apps.json: line 1, column 1: it is not JSON: expected '[', '{', or a literal");
  CHECK(flaw("{\n\"name\":\"a\",\n\"name\":\"b\"}") ==
        "apps.json: line 3, column 6: the member \"name\" stands twice in one object");
}

TEST_CASE("every mistake in an app file is refused with its place and what is wrong") {
  CHECK(flaw("[]") == "apps.json: it has to be an object, and not a list");
  CHECK(flaw(R"({"apps":{}})") == "apps.json: apps: it has to be a list of apps, and not an object");
  CHECK(flaw(R"({"apps":[]})") == "apps.json: apps: it names no app");
  CHECK(flaw(R"({"apps":[7]})") == "apps.json: apps[0]: it has to be an object, and not a number");
  CHECK(flaw(R"({"apps":[],"name":"x"})") ==
        "apps.json: there is no member 'name' beside 'apps'\nwhat belongs to an app stands within it");
  CHECK(flaw("{}") == "apps.json: name: an app has one");
  CHECK(flaw(R"({"name":"My App"})") == "apps.json: redirect_uris: there is at least one");
  CHECK(flaw(with("redirect_uris", "[]")) == "apps.json: redirect_uris: there is at least one");
  CHECK(flaw(with("redirect_uris", R"("http://x")")) ==
        "apps.json: redirect_uris: it has to be a list, and not a text");
  CHECK(flaw(with("redirect_uris", R"(["http://x",true])")) ==
        "apps.json: redirect_uris[1]: it has to be a text, and not true or false");
  CHECK(flaw(with("redirect_uris", R"(["http://x","http://x"])")) ==
        "apps.json: redirect_uris[1]: it is there twice");
  CHECK(flaw(with("redirect_uris", R"(["myapp://x"])"))
            .starts_with("apps.json: redirect_uris: each begins with http:// or https://"));
  CHECK(flaw(with("redirect_uris",
                  R"(["http://a","http://b","http://c","http://d","http://e","http://f","http://g",
                      "http://h","http://i","http://j","http://k"])"))
            .starts_with("apps.json: redirect_uris: there are at most 10"));
  CHECK(flaw(with("name", R"("x")")).starts_with("apps.json: name: it has 3 to 64 characters"));
  CHECK(flaw(with("name", R"("a/b/c")")).starts_with("apps.json: name: it holds letters"));
  CHECK(flaw(with("public", R"("yes")")) == "apps.json: public: it has to be true or false, and not a text");
  CHECK(flaw(with("refresh_token_lifetime_days", R"("7")")) ==
        "apps.json: refresh_token_lifetime_days: it has to be a whole number, and not a text");
  CHECK(flaw(with("refresh_token_lifetime_days", "1.5")) ==
        "apps.json: refresh_token_lifetime_days: it has to be a whole number");
  CHECK(flaw(with("refresh_token_lifetime_days", "31"))
            .starts_with("apps.json: refresh_token_lifetime_days: it is 1 to 30 days"));
  CHECK(flaw(with("allowed_scopes", R"(["openid profile"])")) ==
        "apps.json: allowed_scopes[0]: it holds a space or a comma\nwrite each scope as a text of its own");
}

TEST_CASE("a member that the service would ignore without a word is refused") {
  CHECK(flaw(with("nmae", "1"))
            .starts_with("apps.json: there is no member 'nmae'\nan app has name, redirect_uris, "));
  CHECK(flaw(with("scopes", "[]")) ==
        "apps.json: there is no member 'scopes'\nit is called 'allowed_scopes'");
  const auto secret = flaw(with("client_secret", R"("csc_canary")"));
  CHECK(secret.starts_with("apps.json: a client secret does not belong into this file\n"));
  CHECK(secret.find("canary") == std::string::npos);
}

TEST_CASE("a field cannot be cleared, and a file that tries is told so") {
  for (const char* name : {"description", "homepage_url", "logo_url"})
    for (const char* value : {"null", R"("")"})
      CHECK(flaw(with(name, value)).find("the service cannot clear a field") != std::string::npos);
}

TEST_CASE("two apps of one name, whatever its case, are a mistake in the second") {
  CHECK(flaw(R"({"apps":[{"name":"My App","redirect_uris":["http://a"]},
                         {"name":"my app","redirect_uris":["http://a"]}]})") ==
        "apps.json: apps[1].name: another app of the file has this name\nnames are unique, whatever their "
        "case");
}

TEST_CASE("the shipped schema and the program agree about what a file may be") {
  const Json schema = shipped_schema();
  const auto agree = [&](const std::string& text) {
    const bool accepted = flaw(text).starts_with("(");
    const auto violation = schema_violation(Json::parse(text), schema);
    CHECK_MESSAGE(accepted == !violation, text, ": ", flaw(text), " / ", violation.value_or("fits"));
  };
  for (const char* text : {"{}", "[]", "7", R"({"apps":[]})", R"({"apps":{}})", R"({"apps":[7]})",
                           R"({"name":"My App"})", R"({"redirect_uris":["http://a"]})"})
    agree(text);
  agree(with("$schema", R"("x")"));
  agree(R"({"apps":[)" + with("public", "true") + "]}");
  agree(R"({"$schema":"x","apps":[)" + with("public", "true") + "]}");
  agree(R"({"apps":[)" + with("public", "true") + R"(],"name":"x"})");
  agree(R"({"apps":[)" + with("$schema", R"("x")") + "]}");
  agree(R"({"apps":[)" + with("unknown", "1") + "]}");
  for (const char* name :
       {"name", "redirect_uris", "description", "homepage_url", "logo_url", "public", "active",
        "refresh_token_lifetime_days", "allowed_scopes", "scopes", "client_secret", "x"})
    for (const char* value : {"null",
                              "true",
                              "0",
                              "1",
                              "30",
                              "31",
                              "1.5",
                              "[]",
                              "{}",
                              R"("")",
                              R"("ab")",
                              R"("abc")",
                              R"("a/b")",
                              R"("Änderung_1 - x.y")",
                              R"(["http://a"])",
                              R"(["http://a","http://a"])",
                              R"(["ftp://a"])",
                              R"([1])",
                              R"(["openid","profile"])",
                              R"(["a b"])",
                              R"([""])"})
      agree(with(name, value));
  agree(with("name", ("\"" + std::string(64, 'x') + "\"").c_str()));
  agree(with("name", ("\"" + std::string(65, 'x') + "\"").c_str()));
}
