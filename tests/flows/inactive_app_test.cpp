// The app of a client is inactive: the service shows an error page instead of a sign-in, and refuses every
// call with its tokens, while introspection says that they are active and they can be refreshed.
#include "facts.hpp"
#include "flows/app_owner.hpp"
#include "flows/person.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string api = "https://api.chutes.ai";
const std::string introspect_url = api + "/idp/token/introspect";
const std::string userinfo_url = api + "/idp/userinfo";
const std::string token_url = api + "/idp/token";
const HttpResponse unknown_client{400, {}, "<h1>invalid_client</h1><p>Unknown client_id</p>"};
constexpr const char* activation = "'chutes-login app update cid_example --activate'";
constexpr const char* refused = R"({"detail":"Invalid or expired token"})";

struct SignedIn : fakes::World {
  SignedIn() { sign_in_beforehand(*this); }
  void introspection_says(bool access_token, bool refresh_token) {
    for (const bool active : {access_token, refresh_token})
      http.expect("POST", introspect_url, 200, active ? R"({"active":true})" : R"({"active":false})");
  }
};

} // namespace

TEST_CASE("status --check asks for the account: a token that is active and refused is an inactive app's") {
  SignedIn world;
  int code = 3;
  SUBCASE("the access token is refused") {
    world.introspection_says(true, true);
    world.http.expect("GET", userinfo_url, 401, refused);
  }
  SUBCASE("only the refresh token is active, and the client is unknown") {
    world.introspection_says(false, true);
    world.http.authorization_page = unknown_client;
  }
  CHECK(world.run({"status", "--check"}) == code);
  CHECK_MESSAGE(missing(world.terminal.errors, {"inactive", activation}).empty(), world.terminal.errors);
  CHECK(world.terminal.output.find("inactive") != std::string::npos);
  check_golden(world.terminal.output + world.terminal.errors);
}

TEST_CASE("status --check --json says that the app is inactive, and that the credential is not usable") {
  SignedIn world;
  world.introspection_says(true, true);
  world.http.expect("GET", userinfo_url, 401, refused);
  CHECK(world.run({"status", "--check", "--json", "--profile", "default"}) == 3);
  CHECK(world.terminal.output.find(R"("app_active":false)") != std::string::npos);
  CHECK(world.terminal.output.find(R"("usable":false)") != std::string::npos);
}

TEST_CASE("an answer about the account that decides nothing is never read as an inactive app") {
  struct Row {
    int status;
    std::string body;
    int code;
  };
  for (
      const auto& row : {
          Row{200, userinfo_json, 0},
          Row{403,
              R"json({"detail":"Token does not have required scope (openid, profile, or account:read)"})json",
              0},
          Row{403, R"({"detail":"Token does not have permission for this resource"})", 6},
          Row{401, R"({"detail":"Authentication required."})", 6},
          Row{404, R"({"detail":"No matching chute found!"})", 6},
          Row{429, "", 9},
          Row{500, "Internal Server Error", 6},
          Row{503, "", 6},
      }) {
    CAPTURE(row.status);
    SignedIn world;
    world.introspection_says(true, true);
    world.http.expect("GET", userinfo_url, row.status, row.body);
    CHECK(world.run({"status", "--check"}) == row.code);
    CHECK(world.terminal.errors.find("inactive") == std::string::npos);
  }
  SignedIn world;
  world.introspection_says(true, true);
  world.http.expect("GET", userinfo_url, 0).failure =
      std::make_exception_ptr(Error{ErrorKind::network, "could not reach api.chutes.ai"});
  CHECK(world.run({"status", "--check"}) == 5);
}

TEST_CASE("login says soon that the client is not active, and how to activate it, and goes on waiting") {
  fakes::World world;
  Person person{world};
  person.late = 5;
  world.http.authorization_page = unknown_client;
  SUBCASE("until nobody has come") {
    person.decide = nullptr;
    CHECK(world.run({"login", "--wait", "60s"}) == 4);
    const auto warning = world.terminal.errors.find("warning: ");
    REQUIRE(warning != std::string::npos);
    CHECK(missing(world.terminal.errors.substr(warning), {"cid_example", activation}).empty());
    const auto hint = world.terminal.errors.find("hint: ");
    REQUIRE(hint != std::string::npos);
    CHECK(missing(world.terminal.errors.substr(hint), {"inactive", activation}).empty());
    check_golden(world.terminal.errors);
  }
  SUBCASE("until somebody has put it right") {
    world.http.expect("POST", token_url, 200, token_json);
    world.http.expect("GET", userinfo_url, 200, userinfo_json);
    CHECK(world.run({"login"}) == 0);
    CHECK(kept_session(world).access_token == Secret{"cak_new"});
  }
}

TEST_CASE("who signs in at once is not kept waiting by a question to the service") {
  fakes::World world;
  const Person person{world};
  world.http.authorization_failure =
      std::make_exception_ptr(Error{ErrorKind::network, "could not reach api.chutes.ai"});
  world.http.expect("POST", token_url, 200, token_json);
  world.http.expect("GET", userinfo_url, 200, userinfo_json);
  CHECK(world.run({"login"}) == 0);
  CHECK(world.terminal.errors.find("warning") == std::string::npos);
}

TEST_CASE("login names a redirect URI that the client has not registered") {
  fakes::World world;
  Person person{world};
  person.decide = nullptr;
  world.http.authorization_page = {400, {}, "<p>Redirect URI not registered for this application</p>"};
  CHECK(world.run({"login", "--wait", "10s"}) == 4);
  CHECK(missing(world.terminal.errors,
                {"'chutes-login app update cid_example --add-redirect-uri http://127.0.0.1:28417/callback'"})
            .empty());
}

TEST_CASE("an authorization endpoint that answers otherwise keeps no one from signing in, and says nothing") {
  for (const auto& page :
       {HttpResponse{503, {}, ""}, HttpResponse{302, {}, ""}, HttpResponse{400, {}, "invalid_request"},
        HttpResponse{401, {}, ""}, HttpResponse{404, {}, "<p>404</p>"}}) {
    CAPTURE(page.status);
    fakes::World world;
    Person person{world};
    person.late = 5;
    world.http.authorization_page = page;
    world.http.expect("POST", token_url, 200, token_json);
    world.http.expect("GET", userinfo_url, 200, userinfo_json);
    CHECK(world.run({"login"}) == 0);
    CHECK(world.terminal.errors.find("warning") == std::string::npos);
  }
}

TEST_CASE(
    "login at an address that the service does not serve says so, instead of leaving it to the time-out") {
  fakes::World world;
  Person person{world};
  person.decide = nullptr;
  world.http.authorization_page = {401, {}, R"({"detail":"Authentication required."})"};
  CHECK(world.run({"login", "--wait", "10s"}) == 4);
  CHECK(missing(world.terminal.errors, {"warning: ", "status 401", "CHUTES_IDP_BASE_URL"}).empty());
  const auto hint = world.terminal.errors.find("hint: ");
  REQUIRE(hint != std::string::npos);
  CHECK(missing(world.terminal.errors.substr(hint), {"CHUTES_API_URL", "CHUTES_IDP_BASE_URL"}).empty());
}

TEST_CASE("login says soon that the service cannot be reached and why, and goes on waiting") {
  fakes::World world;
  Person person{world};
  person.late = 5;
  world.http.authorization_failure = std::make_exception_ptr(
      Error{ErrorKind::network, "could not connect to api.chutes.ai: connection refused", "try again"});
  SUBCASE("until nobody has come") {
    person.decide = nullptr;
    CHECK(world.run({"login", "--wait", "10s"}) == 4);
    const auto hint = world.terminal.errors.find("hint: ");
    REQUIRE(hint != std::string::npos);
    CHECK(missing(world.terminal.errors.substr(0, hint), {"warning: ", "connection refused"}).empty());
    CHECK(missing(world.terminal.errors.substr(hint), {"CHUTES_API_URL", "CHUTES_IDP_BASE_URL"}).empty());
    check_golden(world.terminal.errors);
  }
  SUBCASE("until a browser that reaches it has come back") {
    world.http.expect("POST", token_url, 200, token_json);
    world.http.expect("GET", userinfo_url, 200, userinfo_json);
    CHECK(world.run({"login"}) == 0);
    CHECK(kept_session(world).access_token == Secret{"cak_new"});
  }
  SUBCASE("until a signal ends it") {
    world.http.authorization_failure = std::make_exception_ptr(Error{ErrorKind::interrupted, "interrupted"});
    CHECK(world.run({"login"}) == 130);
    CHECK(world.terminal.errors.find("warning") == std::string::npos);
  }
}

TEST_CASE("setup finds the client of an earlier run inactive, registers nothing, and names the command") {
  fakes::World world;
  Person person{world};
  world.variables = {{"DISPLAY", ":0"}, {"CHUTES_API_KEY", "cpk_admin"}};
  session::ClientRegistration client{"cid_1", Secret{"csc_own"}, session::default_redirect_uris()};
  client.made_by_setup = true;
  world.keychain.items[client_key] = session::encode(client);
  std::string inactive = app_json;
  inactive.replace(inactive.find(R"("active":true)"), 13, R"("active":false)");
  world.http.expect("GET", apps_url + "/cid_1", 200, inactive);
  CHECK(world.run({"setup"}) == 4);
  CHECK(missing(world.terminal.errors, {"inactive", "'chutes-login app update cid_1 --activate'"}).empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("a call whose new token is refused as well points to the check that knows of inactive apps") {
  SignedIn world;
  world.http.expect("GET", userinfo_url, 401, refused);
  world.http.expect("POST", token_url, 200, token_json);
  world.http.expect("GET", userinfo_url, 401, refused);
  CHECK(world.run({"whoami"}) == 3);
  CHECK_MESSAGE(missing(world.terminal.errors, {"'chutes-login status --check'"}).empty(),
                world.terminal.errors);
  CHECK(kept_session(world).access_token == Secret{"cak_new"});
}
