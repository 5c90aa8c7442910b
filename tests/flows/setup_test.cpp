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
    session::ClientRegistration client{"cid_own", Secret{"csc_own"}, session::default_redirect_uris()};
    client.made_by_setup = true;
    keychain.items[client_key] = session::encode(client);
  }
  // The service's answer about the client, with these redirect URIs.
  [[nodiscard]] static std::string registered(const std::vector<std::string>& uris) {
    return Json{{"app_id", "a-1"}, {"client_id", "cid_own"}, {"name", "Mine"}, {"redirect_uris", uris}}
        .dump();
  }
  [[nodiscard]] session::ClientRegistration kept() const {
    return session::decode_registration(keychain.items.at(client_key));
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
  const auto kept = world.kept();
  CHECK(kept.made_by_setup);
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

TEST_CASE("where every registered port is taken, setup adds a redirect URI and drops none") {
  NewUser world;
  world.set_up_before();
  for (std::uint16_t port = 28417; port <= 28425; ++port)
    world.loopback.taken.insert(port);
  const std::vector<std::string> there{"https://prod.example/callback", "http://127.0.0.1:28417/callback"};
  world.http.expect("GET", std::string{apps_url} + "/cid_own", 200, NewUser::registered(there));
  std::string added;
  world.http.expect("PATCH", std::string{apps_url} + "/a-1", 200, created).look =
      [&](const HttpRequest& request) {
        const auto uris = (*parse_json(request.body))["redirect_uris"].get<std::vector<std::string>>();
        REQUIRE(uris.size() == 3);
        CHECK(std::vector(uris.begin(), uris.end() - 1) == there);
        added = uris.back();
      };
  world.expect_sign_in();
  CHECK(world.run({"setup"}) == 0);
  CHECK(world.kept().redirect_uris.size() == 10);
  CHECK(world.kept().redirect_uris.back().text == added);
  CHECK(world.kept().made_by_setup);
  CHECK(world.person.request.text().find(std::to_string(Url::parse(added)->port)) != std::string::npos);
}

TEST_CASE(
    "setup leaves a client alone that it may not change, keeps its secret, and registers one of its own") {
  NewUser world;
  world.set_up_before();
  const KeychainKey aside{"default", "https://api.chutes.ai", "client:cid_old"};
  auto client = world.kept();
  client.client_id = "cid_old";
  client.client_secret = Secret{"csc_old"};
  std::vector<std::string> command{"setup"};
  SUBCASE("login was given it") {
    client.made_by_setup = false;
  }
  SUBCASE("it has another name than --name") {
    world.http.expect("GET", std::string{apps_url} + "/cid_old", 200, NewUser::registered({}));
    command.insert(command.end(), {"--name", "Other"});
  }
  SUBCASE("it has as many redirect URIs as the service allows, and all their ports are in use") {
    for (std::uint16_t port = 28417; port <= 28425; ++port)
      world.loopback.taken.insert(port);
    world.http.expect("GET", std::string{apps_url} + "/cid_old", 200,
                      NewUser::registered(std::vector<std::string>(10, "https://prod.example/callback")));
  }
  world.keychain.items[client_key] = session::encode(client);
  world.http.expect("POST", apps_url, 200, created);
  world.expect_sign_in();
  CHECK(world.run(command) == 0);
  CHECK(world.kept().client_id == "cid_own");
  CHECK(world.kept().made_by_setup);
  CHECK(world.keychain.items.at(aside) == Secret{"csc_old"});
  CHECK(world.terminal.errors.find(
            "login --client-id cid_old --redirect-uri http://127.0.0.1:28417/callback ") !=
        std::string::npos);
}

TEST_CASE(
    "a setup that does not get to its sign-in leaves the session of the client that it set aside alive") {
  NewUser world;
  sign_in_beforehand(world);
  world.http.expect("POST", apps_url, 200, created);
  world.person.decide = nullptr; // nobody comes back from the browser
  CHECK(world.run({"setup"}) == 4);
  CHECK(world.kept().client_id == "cid_own");
  world.http.expect("POST", token_url, 200, token_json).look = [](const HttpRequest& request) {
    CHECK(single_field(*parse_form(request.body), "client_id") == "cid_example");
    CHECK(single_field(*parse_form(request.body), "client_secret") == "csc_secret");
  };
  CHECK(world.run({"refresh"}) == 0);
}

TEST_CASE("setup with the name of its own client takes that client") {
  NewUser world;
  world.set_up_before();
  world.http.expect("GET", std::string{apps_url} + "/cid_own", 200, NewUser::registered({}));
  world.expect_sign_in();
  CHECK(world.run({"setup", "--name", "Mine"}) == 0);
  CHECK(world.kept().client_id == "cid_own");
}

TEST_CASE("a client of setup stays one when a sign-in stores it again") {
  NewUser world;
  world.set_up_before();
  world.variables["CHUTES_OAUTH_CLIENT_ID"] = "cid_own";
  world.variables["CHUTES_OAUTH_CLIENT_SECRET"] = "csc_own";
  world.expect_sign_in();
  CHECK(world.run({"login", "--force"}) == 0);
  CHECK(world.kept().made_by_setup);
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
