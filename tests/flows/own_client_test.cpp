// What a sign-in uses of its own client: the secret, if it has one, and every port that it registered.
#include "base/ascii.hpp"
#include "facts.hpp"
#include "flows/person.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string userinfo_url = "https://api.chutes.ai/idp/userinfo";
const std::string token_url = "https://api.chutes.ai/idp/token";

} // namespace

TEST_CASE("a client without a secret that the service refuses is not told about one that it gave") {
  fakes::World world;
  Person person{world};
  world.variables.erase("CHUTES_OAUTH_CLIENT_SECRET");
  world.http.expect("POST", token_url, 400, R"({"error":"invalid_client"})");
  CHECK(world.run({"login", "--public-client"}) == 2);
  CHECK(missing(world.terminal.errors, {"without a client secret", "CHUTES_OAUTH_CLIENT_SECRET"}).empty());
  CHECK(world.terminal.errors.find("with the client secret") == std::string::npos);
}

TEST_CASE("a client of one's own keeps every port that it registered, whoever names it") {
  struct Row {
    std::map<std::string, std::string> variables;
    std::vector<std::string> command;
  };
  const auto tenth = *oauth::RedirectUri::parse("http://127.0.0.1:23456/callback");
  for (const auto& row : std::vector<Row>{
           {{}, {"login"}},
           {{{"CHUTES_OAUTH_CLIENT_ID", "cid_own"}, {"CHUTES_OAUTH_CLIENT_SECRET", "csc_own"}}, {"login"}},
           {{}, {"login", "--client-id", "cid_own"}},
       }) {
    CAPTURE(join(row.command, " "));
    fakes::World world;
    Person person{world};
    world.variables = {{"DISPLAY", ":0"}};
    world.variables.insert(row.variables.begin(), row.variables.end());
    session::ClientRegistration client{"cid_own", Secret{"csc_own"}, session::default_redirect_uris()};
    client.redirect_uris.push_back(tenth);
    client.made_by_setup = true;
    world.keychain.items[client_key] = session::encode(client);
    for (std::uint16_t port = 28417; port <= 28425; ++port)
      world.loopback.taken.insert(port);
    world.http.expect("POST", token_url, 200, token_json);
    world.http.expect("GET", userinfo_url, 200, userinfo_json);
    CHECK(world.run(row.command) == 0);
    CHECK(person.opened.port == 23456);
    CHECK(session::decode_registration(world.keychain.items.at(client_key)).redirect_uris.size() == 10);
  }
}

TEST_CASE("a sign-in on one port of setup's client forgets none of the others") {
  fakes::World world;
  Person person{world};
  session::ClientRegistration client{"cid_example", Secret{"csc_secret"}, session::default_redirect_uris()};
  client.made_by_setup = true;
  world.keychain.items[client_key] = session::encode(client);
  world.variables["CHUTES_OAUTH_REDIRECT_URI"] = "http://127.0.0.1:28420/callback";
  world.http.expect("POST", token_url, 200, token_json);
  world.http.expect("GET", userinfo_url, 200, userinfo_json);
  CHECK(world.run({"login"}) == 0);
  const auto kept = session::decode_registration(world.keychain.items.at(client_key)).redirect_uris;
  CHECK(kept.size() == 9);
  CHECK(kept.front().text == "http://127.0.0.1:28420/callback");
}
