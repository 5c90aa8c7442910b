#include "base/error.hpp"
#include "golden.hpp"
#include "service/apps/app_file.hpp"
#include "service/schema/json_schema.hpp"

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

TEST_CASE("a file that is not JSON is refused with line and column") {
  const auto trailing_comma = flaw("{\n  \"name\": \"a\",\n}");
  const auto twice = flaw("{\n\"name\":\"a\",\n\"name\":\"b\"}");
  CHECK(trailing_comma.starts_with("apps.json: line 3, column 1: "));
  CHECK(flaw("").starts_with("apps.json: line 1, column 1: "));
  CHECK(twice.starts_with("apps.json: line 3, column 6: "));
  CHECK(twice.find("\"name\"") != std::string::npos);
  check_golden(trailing_comma + "\n" + flaw("") + "\n" + twice);
}

TEST_CASE("every mistake in an app file is refused with its place and what is wrong") {
  constexpr const char* eleven = R"(["http://a","http://b","http://c","http://d","http://e","http://f",
    "http://g","http://h","http://i","http://j","http://k"])";
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "[]"},
      {"apps: ", R"({"apps":{}})"},
      {"apps: ", R"({"apps":[]})"},
      {"apps[0]: ", R"({"apps":[7]})"},
      {"", R"({"apps":[],"name":"x"})"},
      {"name: ", "{}"},
      {"redirect_uris: ", R"({"name":"My App"})"},
      {"redirect_uris: ", with("redirect_uris", "[]")},
      {"redirect_uris: ", with("redirect_uris", R"("http://x")")},
      {"redirect_uris[1]: ", with("redirect_uris", R"(["http://x",true])")},
      {"redirect_uris[1]: ", with("redirect_uris", R"(["http://x","http://x"])")},
      {"redirect_uris: ", with("redirect_uris", R"(["myapp://x"])")},
      {"redirect_uris: ", with("redirect_uris", eleven)},
      {"name: ", with("name", R"("x")")},
      {"name: ", with("name", R"("a/b/c")")},
      {"public: ", with("public", R"("yes")")},
      {"refresh_token_lifetime_days: ", with("refresh_token_lifetime_days", R"("7")")},
      {"refresh_token_lifetime_days: ", with("refresh_token_lifetime_days", "1.5")},
      {"refresh_token_lifetime_days: ", with("refresh_token_lifetime_days", "31")},
      {"allowed_scopes[0]: ", with("allowed_scopes", R"(["openid profile"])")}};
  std::string all;
  for (const auto& [place, text] : rows) {
    CHECK_MESSAGE(flaw(text).starts_with("apps.json: " + place), text);
    all += text + "\n" + flaw(text) + "\n\n";
  }
  check_golden(all);
}

TEST_CASE("a member that the service would silently ignore is refused") {
  const auto misspelt = flaw(with("nmae", "1"));
  CHECK(misspelt.find("'nmae'") != std::string::npos);
  CHECK(misspelt.find("name, redirect_uris, ") != std::string::npos);
  const auto scopes = flaw(with("scopes", "[]"));
  CHECK(scopes.find("'allowed_scopes'") != std::string::npos);
  const auto secret = flaw(with("client_secret", R"("csc_canary")"));
  CHECK(secret.find("--secret-to") != std::string::npos);
  CHECK(secret.find("canary") == std::string::npos);
  check_golden(misspelt + "\n" + scopes + "\n" + secret);
}

TEST_CASE("a field cannot be cleared, and a file that tries is refused") {
  std::string all;
  for (const char* name : {"description", "homepage_url", "logo_url"})
    for (const char* value : {"null", R"("")"}) {
      const auto refusal = flaw(with(name, value));
      CHECK(refusal.starts_with(std::string{"apps.json: "} + name + ": "));
      all += refusal + "\n";
    }
  check_golden(all);
}

TEST_CASE("two apps of one name, whatever its case, are a mistake in the second") {
  const auto refusal = flaw(R"({"apps":[{"name":"My App","redirect_uris":["http://a"]},
                         {"name":"my app","redirect_uris":["http://a"]}]})");
  CHECK(refusal.starts_with("apps.json: apps[1].name: "));
  check_golden(refusal);
  CHECK(flaw(R"({"apps":[{"name":"My App","redirect_uris":["http://a"]},
                         {"name":"My App ","redirect_uris":["http://a"]}]})") == refusal);
}

TEST_CASE("the shipped schema and the program agree about what a file may be") {
  const Json schema = shipped_schema();
  const auto agree = [&](const std::string& text) {
    const bool accepted = flaw(text).starts_with("(");
    const auto violation = check_against_schema(Json::parse(text), schema).violation;
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
