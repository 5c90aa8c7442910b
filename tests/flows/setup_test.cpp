// `setup`: registers a client for the user and signs in with it.
#include "base/json_fields.hpp"
#include "flows/person.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* apps_url = "https://api.chutes.ai/idp/apps";
constexpr const char* token_url = "https://api.chutes.ai/idp/token";
constexpr const char* created =
    R"({"app_id":"a-1","client_id":"cid_own","client_secret":"csc_own","name":"chutes-login ada 040506"})";
const KeychainKey api_key_key{"default", "https://api.chutes.ai", "api_key"};

// Somebody new, with an admin key in the environment.
struct NewUser : fakes::World {
  NewUser() : person(*this) {
    variables = {{"DISPLAY", ":0"}, {"CHUTES_API_KEY", "cpk_admin"}, {"USER", "ada"}};
  }

  void expect_sign_in() {
    http.expect("POST", token_url, 200, token_json).look = [](const HttpRequest& request) {
      CHECK(single_field(*parse_form(request.body), "client_id") == "cid_own");
      CHECK(single_field(*parse_form(request.body), "client_secret") == "csc_own");
    };
    http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  }
  void set_up_before() {
    keychain.items[client_key] = session::encode(
        session::ClientRegistration{"cid_own", Secret{"csc_own"}, session::default_redirect_uris()});
  }

  Person person;
};

} // namespace

TEST_CASE("setup registers a client with ten loopback ports, keeps its secret, and signs in with it") {
  NewUser world;
  world.http.expect("POST", apps_url, 200, created).look = [&](const HttpRequest& request) {
    CHECK(request.headers.front() ==
          std::pair<std::string, std::string>{"Authorization", "Bearer cpk_admin"});
    const Json body = *parse_json(request.body);
    CHECK(body["name"] == "chutes-login ada 040506");
    CHECK(body["public"] == false);
    CHECK(body["allowed_scopes"] == Json::array({"openid", "profile", "chutes:invoke"}));
    REQUIRE(body["redirect_uris"].size() == 10);
    CHECK(body["redirect_uris"][0] == "http://127.0.0.1:28417/callback");
    CHECK(body["redirect_uris"][8] == "http://127.0.0.1:28425/callback");
    const auto drawn = Url::parse(body["redirect_uris"][9].get<std::string>())->port;
    CHECK(drawn >= 20000);
    CHECK(drawn <= 28400);
    CHECK(world.signals.held == 1);
  };
  world.expect_sign_in();
  CHECK(world.run({"setup"}) == 0);
  CHECK(world.terminal.output.starts_with("Signed in as ada (profile default)\n"));
  CHECK(world.terminal.errors.find("'chutes-login ada 040506' (cid_own)") != std::string::npos);
  const auto kept = session::decode_registration(world.keychain.items.at(client_key));
  CHECK(kept.client_id == "cid_own");
  CHECK(kept.client_secret == Secret{"csc_own"});
  CHECK(kept.redirect_uris.size() == 10);
  CHECK(!world.keychain.items.contains(api_key_key));
}

TEST_CASE("a second setup finds the client of the first and registers nothing") {
  NewUser world;
  world.set_up_before();
  world.http.expect("GET", std::string{apps_url} + "/cid_own", 200, created);
  world.expect_sign_in();
  CHECK(world.run({"setup"}) == 0);
  CHECK(world.terminal.errors.find("cid_own") != std::string::npos);
}

TEST_CASE("a client that is no longer registered is registered again") {
  NewUser world;
  world.set_up_before();
  world.http.expect("GET", std::string{apps_url} + "/cid_own", 404, R"({"detail":"Application not found"})");
  world.http.expect("POST", apps_url, 200, created);
  world.expect_sign_in();
  CHECK(world.run({"setup"}) == 0);
}

TEST_CASE("where every registered port is taken, setup registers one that is free in the place of the last") {
  NewUser world;
  world.set_up_before();
  for (std::uint16_t port = 28417; port <= 28425; ++port)
    world.loopback.taken.insert(port);
  world.http.expect("GET", std::string{apps_url} + "/cid_own", 200, created);
  std::string added;
  world.http.expect("PATCH", std::string{apps_url} + "/a-1", 200, created).look =
      [&](const HttpRequest& request) {
        const Json body = *parse_json(request.body);
        REQUIRE(body["redirect_uris"].size() == 10);
        added = body["redirect_uris"][9].get<std::string>();
      };
  world.expect_sign_in();
  CHECK(world.run({"setup"}) == 0);
  CHECK(session::decode_registration(world.keychain.items.at(client_key)).redirect_uris.back().text == added);
  CHECK(world.person.request.text().find(std::to_string(Url::parse(added)->port)) != std::string::npos);
}

TEST_CASE("a client whose secret cannot be kept is taken back") {
  NewUser world;
  world.http.expect("POST", apps_url, 200, created).look = [&](const HttpRequest&) {
    world.keychain.failing_writes = 1;
  };
  world.http.expect("DELETE", std::string{apps_url} + "/a-1", 200, R"({"app_id":"a-1","deleted":true})");
  CHECK(world.run({"setup"}) == 7);
  CHECK(world.keychain.items.empty());
}

TEST_CASE("without a keychain nothing is registered") {
  NewUser world;
  world.keychain.fail_with = KeychainState::locked;
  CHECK(world.run({"setup"}) == 7);
  CHECK(world.http.requests.empty());
}

TEST_CASE(
    "the admin key comes from an option, the environment, an earlier setup, or a question, in that order") {
  NewUser world;
  world.keychain.items[api_key_key] = Secret{"cpk_kept"};
  world.terminal.answers = {"cpk_asked"};
  std::string expected;
  std::vector<std::string> command{"setup"};
  SUBCASE("standard input") {
    world.terminal.input = "cpk_piped\n";
    command.emplace_back("--api-key-stdin");
    expected = "cpk_piped";
  }
  SUBCASE("a file") {
    world.files.files.emplace("key.txt", Secret{"cpk_file\nanything else\n"});
    command.insert(command.end(), {"--api-key-file", "key.txt"});
    expected = "cpk_file";
  }
  SUBCASE("the environment") {
    expected = "cpk_admin";
  }
  SUBCASE("what was kept") {
    world.variables.erase("CHUTES_API_KEY");
    expected = "cpk_kept";
  }
  SUBCASE("a question") {
    world.variables.erase("CHUTES_API_KEY");
    world.keychain.items.clear();
    expected = "cpk_asked";
  }
  world.http.expect("POST", apps_url, 401, R"({"detail":"Invalid token or user not found"})").look =
      [&](const HttpRequest& request) { CHECK(request.headers.front().second == "Bearer " + expected); };
  CHECK(world.run(command) == 8);
  CHECK(world.terminal.errors.find("admin API key") != std::string::npos);
}

TEST_CASE("--no-input without a key says which options would give one") {
  NewUser world;
  world.variables.erase("CHUTES_API_KEY");
  world.terminal.answers = {"cpk_asked"};
  CHECK(world.run({"setup", "--no-input"}) == 2);
  for (const char* way : {"--api-key-stdin", "--api-key-file", "CHUTES_API_KEY"})
    CHECK(world.terminal.errors.find(way) != std::string::npos);
}

TEST_CASE("--keep-api-key keeps the key for later commands") {
  NewUser world;
  world.http.expect("POST", apps_url, 200, created);
  world.expect_sign_in();
  CHECK(world.run({"setup", "--keep-api-key"}) == 0);
  CHECK(world.keychain.items.at(api_key_key) == Secret{"cpk_admin"});
}

TEST_CASE("a name that is taken or breaks the service's rules is the caller's to change") {
  NewUser world;
  SUBCASE("taken by anybody") {
    world.http.expect("POST", apps_url, 409, R"({"detail":"An application with this name already exists"})");
    CHECK(world.run({"setup", "--name", "Taken"}) == 2);
    CHECK(world.terminal.errors.find("An application with this name already exists") != std::string::npos);
  }
  SUBCASE("too short") {
    world.http.expect(
        "POST", apps_url, 422,
        R"({"detail":[{"loc":["body","name"],"msg":"Name must be between 3 and 64 characters"}]})");
    CHECK(world.run({"setup", "--name", "x"}) == 2);
    CHECK(world.terminal.errors.find("body.name: Name must be between 3 and 64 characters") !=
          std::string::npos);
  }
}

TEST_CASE("setup at another issuer registers nothing and says what to do there") {
  NewUser world;
  world.http.expect(
      "GET", "https://idp.example.org/.well-known/openid-configuration", 200,
      R"({"issuer":"https://idp.example.org","authorization_endpoint":"https://idp.example.org/a",)"
      R"("token_endpoint":"https://idp.example.org/t"})");
  CHECK(world.run({"setup", "--issuer", "https://idp.example.org"}) == 2);
  CHECK(world.terminal.errors.find("http://127.0.0.1/callback/idp.example.org") != std::string::npos);
  CHECK(world.terminal.errors.find("login --issuer URL --client-id ID") != std::string::npos);
  check_golden(world.terminal.errors);
}
