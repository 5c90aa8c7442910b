// What the server says about a token: introspect, and status --check.
#include "base/base64.hpp"
#include "base/form.hpp"
#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* introspect_url = "https://api.chutes.ai/idp/token/introspect";
constexpr const char* active =
    R"({"active":true,"token_type":"access_token","exp":1795437000,"scope":"openid profile","username":"ada"})";
constexpr const char* inactive = R"({"active":false})";

struct SignedInWorld : fakes::World {
  SignedInWorld() { sign_in_beforehand(*this); }
  void expect(const std::string& token, const char* answer) {
    http.expect("POST", introspect_url, 200, answer).look = [token](const HttpRequest& request) {
      CHECK(request.body == "token=" + token); // the service requires no client authentication
    };
  }
};

} // namespace

TEST_CASE("introspect shows what the server says about the session's token, and refreshes nothing") {
  SignedInWorld world;
  world.expect("cak_first", active);
  SUBCASE("for people") {
    CHECK(world.run({"introspect"}) == 0);
    CHECK(world.terminal.output ==
          "active      true\ntoken_type  access_token\nexp         1795437000 (in 30 minutes)\n"
          "scope       openid profile\nusername    ada\n");
  }
  SUBCASE("for scripts: the server's own document") {
    CHECK(world.run({"introspect", "--json"}) == 0);
    CHECK(world.terminal.output == std::string{active} + "\n");
  }
  CHECK(world.keychain.writes == 0);
}

TEST_CASE("introspect exits 3 if the session's token is no longer active") {
  SignedInWorld world;
  SUBCASE("the access token") {
    world.expect("cak_first", inactive);
    CHECK(world.run({"introspect"}) == 3);
    CHECK(missing(world.terminal.errors, {"access token", "'chutes-login refresh'"}).empty());
  }
  SUBCASE("the refresh token") {
    world.expect("crt_first", inactive);
    CHECK(world.run({"introspect", "--refresh-token"}) == 3);
    CHECK(missing(world.terminal.errors, {"refresh token", "'chutes-login login'"}).empty());
  }
  check_golden(world.terminal.errors);
  CHECK(world.terminal.output == "active      false\n");
}

TEST_CASE("introspect - asks about the token on standard input, whatever comes of it") {
  SignedInWorld world;
  world.terminal.input = "  cak_other\n";
  world.expect("cak_other", inactive);
  CHECK(world.run({"introspect", "-"}) == 0);
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("a token as an argument is refused and not repeated") {
  SignedInWorld world;
  CHECK(world.run({"introspect", "cak_other"}) == 2);
  CHECK(world.terminal.errors.find("cak_other") == std::string::npos);
  CHECK(world.run({"introspect", "-", "--refresh-token"}) == 2);
  world.terminal.input = " \n";
  CHECK(world.run({"introspect", "-"}) == 2);
  check_golden(world.terminal.errors);
}

TEST_CASE("introspect without a session says so") {
  fakes::World world;
  CHECK(world.run({"introspect"}) == 3);
}

TEST_CASE("introspection at another issuer authenticates the client") {
  SignedInWorld world;
  world.variables = {{"CHUTES_OAUTH_CLIENT_ID", "my-cli"}, {"CHUTES_OAUTH_CLIENT_SECRET", "my-secret"}};
  world.terminal.input = "some-token";
  world.http.expect(
      "GET", "https://idp.example.org/.well-known/openid-configuration", 200,
      R"({"issuer":"https://idp.example.org","authorization_endpoint":"https://idp.example.org/a",)"
      R"("token_endpoint":"https://idp.example.org/t","introspection_endpoint":"https://idp.example.org/i"})");
  world.http.expect("POST", "https://idp.example.org/i", 200, inactive).look =
      [](const HttpRequest& request) {
        CHECK(request.body == "token=some-token");
        CHECK(request.headers.back().second == "Basic " + base64_encode("my-cli:my-secret"));
      };
  CHECK(world.run({"introspect", "-", "--issuer", "https://idp.example.org"}) == 0);
}

TEST_CASE(
    "introspection at another issuer sends the profile's client, not one in the environment that differs") {
  SignedInWorld world;
  world.variables = {{"CHUTES_OAUTH_CLIENT_ID", "cid_chutes"}, {"CHUTES_OAUTH_CLIENT_SECRET", "csc_chutes"}};
  world.keychain.items[{"default", "https://idp.example.org", "client"}] =
      session::encode(session::ClientRegistration{"my-cli", Secret{"my-secret"}, {}});
  world.terminal.input = "some-token";
  world.http.expect(
      "GET", "https://idp.example.org/.well-known/openid-configuration", 200,
      R"({"issuer":"https://idp.example.org","authorization_endpoint":"https://idp.example.org/a",)"
      R"("token_endpoint":"https://idp.example.org/t","introspection_endpoint":"https://idp.example.org/i"})");
  world.http.expect("POST", "https://idp.example.org/i", 200, inactive).look =
      [](const HttpRequest& request) {
        CHECK(request.headers.back().second == "Basic " + base64_encode("my-cli:my-secret"));
      };
  CHECK(world.run({"introspect", "-", "--issuer", "https://idp.example.org"}) == 0);
}

TEST_CASE("status --check asks the server about both tokens") {
  SignedInWorld world;
  SUBCASE("both are active") {
    world.expect("cak_first", active);
    world.expect("crt_first", active);
    world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, R"({"sub":"u-1"})");
    CHECK(world.run({"status", "--check"}) == 0);
    CHECK(missing(world.terminal.output, {"access token", "refresh token"}).empty());
    check_golden(world.terminal.output);
  }
  SUBCASE("the refresh token alone is enough") {
    world.expect("cak_first", inactive);
    world.expect("crt_first", active);
    CHECK(world.run({"status", "--check", "--json"}) == 0);
    CHECK(world.terminal.output.find(R"("check":{"access_token":false,"refresh_token":true})") !=
          std::string::npos);
  }
  SUBCASE("revoked elsewhere") {
    world.expect("cak_first", inactive);
    world.expect("crt_first", inactive);
    CHECK(world.run({"status", "--check"}) == 3);
    CHECK(
        missing(world.terminal.output, {"the access token is not active", "the refresh token is not active"})
            .empty());
    CHECK(world.terminal.errors.find("'chutes-login login'") != std::string::npos);
    check_golden(world.terminal.errors);
  }
  SUBCASE("no network: that is no dead session") {
    world.http.expect("POST", introspect_url, 0).failure =
        std::make_exception_ptr(Error{ErrorKind::network, "could not reach api.chutes.ai"});
    CHECK(world.run({"status", "--check"}) == 5);
  }
}
