#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* userinfo_url = "https://api.chutes.ai/idp/userinfo";
constexpr const char* userinfo =
    R"({"sub":"11111111-2222-3333-4444-555555555555","username":"ada","created_at":"2025-11-20T08:00:00+00:00"})";

std::string authorization(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers)
    if (name == "Authorization")
      return value;
  return "none";
}

} // namespace

TEST_CASE("whoami asks once and shows the account") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("GET", userinfo_url, 200, userinfo).look = [](const HttpRequest& request) {
    CHECK(authorization(request) == "Bearer cak_first");
  };
  CHECK(world.run({"whoami"}) == 0);
  CHECK(missing(world.terminal.output,
                {"  ada\n", "  11111111-2222-3333-4444-555555555555\n", "  2025-11-20 (368 days ago)\n"})
            .empty());
  CHECK(world.terminal.errors.empty());
  check_golden(world.terminal.output);
}

TEST_CASE("whoami --json gives the service's own object") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("GET", userinfo_url, 200, R"({"sub":"s","username":null,"created_at":null,"new":[1]})");
  CHECK(world.run({"whoami", "--json"}) == 0);
  CHECK(world.terminal.output == "{\"sub\":\"s\",\"username\":null,\"created_at\":null,\"new\":[1]}\n");
}

TEST_CASE("whoami --account adds the facts of the account") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("GET", userinfo_url, 200, userinfo);
  world.http.expect(
      "GET", "https://api.chutes.ai/users/me", 200,
      R"({"username":"ada","payment_address":"5Abc","hotkey":"5Hot","coldkey":null,"balance":1.5})");
  SUBCASE("for people") {
    CHECK(world.run({"whoami", "--account"}) == 0);
    CHECK(missing(world.terminal.output, {"  5Abc\n", "hotkey      5Hot\n"}).empty());
    CHECK(world.terminal.output.find("coldkey") == std::string::npos);
  }
  SUBCASE("for programs, in one object") {
    CHECK(world.run({"whoami", "--account", "--json"}) == 0);
    CHECK(world.terminal.output.find(R"("balance":1.5)") != std::string::npos);
    CHECK(world.terminal.output.find(R"("sub":"11111111)") != std::string::npos);
  }
}

TEST_CASE("whoami prints a user name without its control characters") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("GET", userinfo_url, 200, "{\"sub\":\"s\",\"username\":\"a\\u001b[31md\\na\"}");
  CHECK(world.run({"whoami"}) == 0);
  CHECK(world.terminal.output == "username    ad a\naccount id  s\n");
}

TEST_CASE("whoami refreshes once when the service no longer knows the token") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("GET", userinfo_url, 401, R"({"detail":"Invalid or expired token"})");
  world.http.expect(
      "POST", "https://api.chutes.ai/idp/token", 200,
      R"({"access_token":"cak_second","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_second","scope":"openid"})");
  SUBCASE("and the next one is good") {
    world.http.expect("GET", userinfo_url, 200, userinfo).look = [](const HttpRequest& request) {
      CHECK(authorization(request) == "Bearer cak_second");
    };
    CHECK(world.run({"whoami"}) == 0);
  }
  SUBCASE("and gives up when that is refused too") {
    world.http.expect("GET", userinfo_url, 401, R"({"detail":"Invalid or expired token"})");
    CHECK(world.run({"whoami"}) == 3);
    CHECK(missing(world.terminal.errors,
                  {": Invalid or expired token (credential: the session of profile 'default')\nhint: ",
                   "'chutes-login login'"})
              .empty());
    check_golden(world.terminal.errors);
  }
}

TEST_CASE("whoami without the scope exits 8 and names it") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("GET", userinfo_url, 403, R"({"detail":"Token does not have required scope"})");
  CHECK(world.run({"whoami"}) == 8);
  CHECK(world.terminal.output.empty());
  CHECK(world.terminal.errors.find("--scope profile") != std::string::npos);
}

TEST_CASE("whoami calls nonsense the service's, with its status") {
  for (const char* body : {"<html></html>", "[]", "", "{\"sub\":1,\"sub\":2}"}) {
    fakes::World world;
    sign_in_beforehand(world);
    world.http.expect("GET", userinfo_url, 200, body);
    CHECK(world.run({"whoami", "--json"}) == 6);
    CHECK(world.terminal.output.empty());
    CHECK(world.terminal.errors.find(R"("status":200)") != std::string::npos);
  }
}

TEST_CASE("whoami asks another issuer's own endpoint") {
  fakes::World world;
  world.variables["CHUTES_ACCESS_TOKEN"] = "given";
  world.http.expect(
      "GET", "https://idp.example.org/.well-known/openid-configuration", 200,
      R"({"issuer":"https://idp.example.org","authorization_endpoint":"https://idp.example.org/a",)"
      R"("token_endpoint":"https://idp.example.org/t","userinfo_endpoint":"https://idp.example.org/u"})");
  world.http.expect("GET", "https://idp.example.org/u", 200, R"({"sub":"s"})");
  CHECK(world.run({"whoami", "--issuer", "https://idp.example.org"}) == 0);
  CHECK(world.terminal.output == "account id  s\n");
}

TEST_CASE("whoami with an API key alone shows whose key it is, because userinfo takes none") {
  fakes::World world;
  world.variables["CHUTES_API_KEY"] = "cpk_key";
  SUBCASE("no session is stored") {}
  SUBCASE("there is no keychain") {
    world.keychain.fail_with = KeychainState::absent;
  }
  world.http
      .expect(
          "GET", "https://api.chutes.ai/users/me", 200,
          R"({"username":"ada","user_id":"u-1","created_at":"2025-11-20T08:00:00+00:00","hotkey":"5Hot"})")
      .look = [](const HttpRequest& request) { CHECK(authorization(request) == "Bearer cpk_key"); };
  CHECK(world.run({"whoami"}) == 0);
  CHECK(missing(world.terminal.output, {"  ada\n", "  u-1\n", "  2025-11-20 (368 days ago)\n"}).empty());
  CHECK(missing(world.terminal.errors, {"note: ", "CHUTES_API_KEY"}).empty());
  check_golden(world.terminal.output + world.terminal.errors);
}

TEST_CASE("whoami with an API key and --account --json gives the account as it is") {
  fakes::World world;
  world.variables["CHUTES_API_KEY"] = "cpk_key";
  world.http.expect("GET", "https://api.chutes.ai/users/me", 200, R"({"username":"ada","hotkey":"5Hot"})");
  CHECK(world.run({"whoami", "--account", "--json", "--quiet"}) == 0);
  CHECK(world.terminal.output == "{\"username\":\"ada\",\"hotkey\":\"5Hot\"}\n");
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("whoami prefers a session to an API key, as every call does") {
  fakes::World world;
  sign_in_beforehand(world);
  world.variables["CHUTES_API_KEY"] = "cpk_key";
  world.http.expect("GET", userinfo_url, 200, userinfo).look = [](const HttpRequest& request) {
    CHECK(authorization(request) == "Bearer cak_first");
  };
  CHECK(world.run({"whoami"}) == 0);
}

TEST_CASE("a response that does not name the account is an error of the service") {
  std::string errors;
  for (const char* body : {"{}", "[]", R"({"sub":5})", R"({"username":"ada"})"}) {
    fakes::World world;
    sign_in_beforehand(world);
    world.http.expect("GET", userinfo_url, 200, body);
    CHECK_MESSAGE(world.run({"whoami"}) == 6, body);
    CHECK(world.terminal.output.empty());
    CHECK((errors.empty() || errors == world.terminal.errors));
    errors = world.terminal.errors;
  }
  check_golden(errors);
}

TEST_CASE("whoami --account shows no hotkey for an account of the website, where the service makes one up") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("GET", userinfo_url, 200, userinfo);
  world.http.expect(
      "GET", "https://api.chutes.ai/users/me", 200,
      R"({"username":"ada","hotkey":"0f3b5a1c9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a291807","coldkey":"5Cold"})");
  CHECK(world.run({"whoami", "--account"}) == 0);
  CHECK(world.terminal.output.find("hotkey") == std::string::npos);
  CHECK(world.terminal.output.find("coldkey     5Cold\n") != std::string::npos);
}
