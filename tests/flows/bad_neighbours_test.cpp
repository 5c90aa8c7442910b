// Signing in while others on this machine have their hands in it.
#include "flows/person.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

TEST_CASE(
    "RFC 9700 4.7: a second, different code with our state ends the sign-in before a code is exchanged") {
  fakes::World world;
  Person person{world};
  person.decide = [&](const FormFields& query) {
    const auto state = *single_field(query, "state");
    world.loopback.heads.push_back(
        get("/callback?" + encode_form({{"code", "stolen"}, {"state", state}}), "127.0.0.1:28417"));
    return encode_form({{"code", "the-code"}, {"state", state}});
  };

  CHECK(world.run({"login"}) == 4);
  check_golden(world.terminal.errors);
  CHECK(world.http.requests.empty());
  CHECK(world.keychain.items.empty());
  CHECK(world.loopback.open_listeners == 0);
}

TEST_CASE(
    "a second, different code that comes during the exchange has the new tokens revoked, and none kept") {
  fakes::World world;
  Person person{world};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json).look =
      [&](const HttpRequest&) {
        const auto state = *single_field(query_of(person.request), "state");
        world.loopback.heads.push_back(
            get("/callback?" + encode_form({{"code", "stolen"}, {"state", state}}), "127.0.0.1:28417"));
      };
  world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, "{}");
  world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, "{}");

  CHECK(world.run({"login"}) == 4);
  CHECK(world.http.requests.size() == 3);
  CHECK(world.keychain.items.empty());
  CHECK(world.loopback.open_listeners == 0);
}

TEST_CASE("a connection from another user is reported at once, and once, while the sign-in goes on") {
  fakes::World world;
  Person person{world};
  world.loopback.rejected_connections = 2;
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);

  CHECK(world.run({"login"}) == 0);
  const std::string variable = "CHUTES_LOOPBACK_ANY_USER=1";
  const auto at = world.terminal.errors.find(variable);
  CHECK(at != std::string::npos);
  CHECK(world.terminal.errors.find(variable, at + 1) == std::string::npos);
}

TEST_CASE("a sign-in that times out reports the connections from other users that it rejected") {
  fakes::World world;
  Person person{world};
  person.decide = nullptr;
  world.loopback.rejected_connections = 2;

  CHECK(world.run({"login", "--wait", "1s"}) == 4);
  CHECK(world.terminal.errors.find("2 connections") != std::string::npos);
  CHECK(world.terminal.errors.find("CHUTES_LOOPBACK_ANY_USER=1") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("a sign-in that times out counts the unrelated requests") {
  fakes::World world;
  Person person{world};
  person.decide = nullptr;
  for (int i = 0; i < 3; ++i)
    world.loopback.heads.push_back(get("/favicon.ico", "127.0.0.1:28417"));

  CHECK(world.run({"login", "--wait", "1s"}) == 4);
  CHECK(world.terminal.errors.find("3 unrelated requests") != std::string::npos);
}
