#include "base/form.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* token_url = "https://api.chutes.ai/idp/token";
constexpr const char* introspect_url = "https://api.chutes.ai/idp/token/introspect";
constexpr const char* revoke_url = "https://api.chutes.ai/idp/token/revoke";
constexpr const char* second_pair =
    R"({"access_token":"cak_second","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_second","scope":"openid profile chutes:invoke"})";

void expire(fakes::World& world) {
  world.clock.advance(std::chrono::minutes{59} + std::chrono::seconds{30});
}

std::exception_ptr cut() {
  return std::make_exception_ptr(
      Error{ErrorKind::network, "the connection to api.chutes.ai was lost in the middle of the answer"});
}

} // namespace

TEST_CASE(
    "token prints the stored access token and nothing else, with one keychain read, no lock and no request") {
  fakes::World world;
  sign_in_beforehand(world);
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_first\n");
  CHECK(world.terminal.errors.empty());
  CHECK(world.keychain.reads == 1);
  CHECK(world.lock.acquired.empty());
}

TEST_CASE(
    "token refreshes when less than a minute is left, under the profile's lock, with the client secret") {
  fakes::World world;
  sign_in_beforehand(world);
  expire(world);
  world.http.expect("POST", token_url, 200, second_pair).look = [&](const HttpRequest& request) {
    const auto form = *parse_form(request.body);
    CHECK(single_field(form, "grant_type") == "refresh_token");
    CHECK(single_field(form, "refresh_token") == "crt_first");
    CHECK(single_field(form, "client_id") == "cid_example");
    CHECK(single_field(form, "client_secret") == "csc_secret");
    CHECK(world.lock.held == 1);
    CHECK(world.signals.held == 1);
  };
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_second\n");
  const auto kept = kept_session(world);
  CHECK(kept.refresh_token == Secret{"crt_second"});
  CHECK(kept.generation == 2);
  CHECK(kept.username == "ada");
  CHECK(world.lock.acquired == std::vector<std::string>{"refresh-default"});
  CHECK(world.signals.held == 0);
}

TEST_CASE("token --min-valid refreshes a token that would not last long enough") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", token_url, 200, second_pair);
  CHECK(world.run({"token", "--min-valid", "2h"}) == 0);
  CHECK(world.terminal.output == "cak_second\n");
}

TEST_CASE(
    "token adopts what another process stored while it waited for the lock, and asks the server nothing") {
  fakes::World world;
  sign_in_beforehand(world);
  expire(world);
  world.lock.on_acquire = [&] {
    auto other = example_session(world);
    other.access_token = Secret{"cak_other"};
    other.generation = 2;
    world.keychain.items[session_key] = session::encode(other);
  };
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_other\n");
}

TEST_CASE("token in its forms for other programs") {
  fakes::World world;
  sign_in_beforehand(world);
  SUBCASE("--header") {
    CHECK(world.run({"token", "--header"}) == 0);
    CHECK(world.terminal.output == "Authorization: Bearer cak_first\n");
  }
  SUBCASE("--curl-config") {
    CHECK(world.run({"token", "--curl-config"}) == 0);
    CHECK(world.terminal.output == "header = \"Authorization: Bearer cak_first\"\n");
  }
  SUBCASE("--json") {
    CHECK(world.run({"--json", "token"}) == 0);
    CHECK(
        world.terminal.output ==
        R"({"access_token":"cak_first","token_type":"Bearer","expires_at":"2026-11-23T13:00:00Z","scope":["openid","profile","chutes:invoke"]})"
        "\n");
  }
  SUBCASE("two forms at once are a mistake") {
    CHECK(world.run({"token", "--header", "--curl-config"}) == 2);
  }
}

TEST_CASE("token takes CHUTES_ACCESS_TOKEN first, and touches neither keychain nor network for it") {
  fakes::World world;
  world.keychain.fail_with = KeychainState::absent;
  world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_given\n");
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("token without a session exits 3 and says how to sign in") {
  fakes::World world;
  CHECK(world.run({"token"}) == 3);
  CHECK(world.terminal.output.empty());
  CHECK(world.terminal.errors.find("chutes-login login") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("refresh renews even what is not due") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", token_url, 200, second_pair);
  CHECK(world.run({"refresh"}) == 0);
  CHECK(world.terminal.output.find("2026-11-23T13:00:00Z") != std::string::npos);
  check_golden(world.terminal.output);
  CHECK(kept_session(world).access_token == Secret{"cak_second"});
}

TEST_CASE("logout revokes the refresh token, then the access token, and removes the session but not the "
          "registration") {
  fakes::World world;
  sign_in_beforehand(world);
  std::vector<std::string> revoked;
  for (int i = 0; i < 2; ++i)
    world.http.expect("POST", revoke_url, 200, R"({"revoked":true})").look = [&](const HttpRequest& request) {
      revoked.push_back(*single_field(*parse_form(request.body), "token"));
    };
  CHECK(world.run({"logout"}) == 0);
  CHECK(revoked == std::vector<std::string>{"crt_first", "cak_first"});
  check_golden(world.terminal.output);
  CHECK(world.keychain.items.count(session_key) == 0);
  CHECK(world.keychain.items.count(client_key) == 1);
}

TEST_CASE("logout without a network removes the session here, says that it was not revoked, and exits 5") {
  fakes::World world;
  sign_in_beforehand(world);
  for (int i = 0; i < 2; ++i)
    world.http.expect("POST", revoke_url, 0).failure = cut();
  CHECK(world.run({"logout"}) == 5);
  CHECK(world.keychain.items.count(session_key) == 0);
  check_golden(world.terminal.errors);
}

TEST_CASE(
    "logout --all signs out every profile of this server, in the order of their names, and no other's") {
  fakes::World world;
  sign_in_beforehand(world);
  const KeychainKey work{"work", "https://api.chutes.ai", "session"};
  const KeychainKey elsewhere{"work", "https://idp.example.org", "session"};
  auto other = example_session(world);
  other.access_token = Secret{"cak_work"};
  other.refresh_token.reset();
  world.keychain.items[work] = session::encode(other);
  world.keychain.items[elsewhere] = session::encode(other);
  std::vector<std::string> revoked;
  for (int i = 0; i < 3; ++i)
    world.http.expect("POST", revoke_url, 200, R"({"revoked":true})").look = [&](const HttpRequest& request) {
      revoked.push_back(*single_field(*parse_form(request.body), "token"));
    };
  CHECK(world.run({"logout", "--all"}) == 0);
  CHECK(revoked == std::vector<std::string>{"crt_first", "cak_first", "cak_work"});
  check_golden(world.terminal.output);
  CHECK(world.lock.acquired == std::vector<std::string>{"refresh-default", "refresh-work"});
  CHECK_FALSE(world.keychain.items.contains(session_key));
  CHECK_FALSE(world.keychain.items.contains(work));
  CHECK(world.keychain.items.contains(elsewhere));
  CHECK(world.keychain.items.contains(client_key));
}

TEST_CASE("logout --all goes on to the next profile when one cannot be revoked") {
  fakes::World world;
  sign_in_beforehand(world);
  world.keychain.items[{"work", "https://api.chutes.ai", "session"}] = world.keychain.items.at(session_key);
  for (const int status : {500, 200, 200, 200})
    world.http.expect("POST", revoke_url, status, R"({"revoked":true})");
  CHECK(world.run({"logout", "--all", "--json"}) == 5);
  CHECK(world.terminal.output ==
        R"([{"profile":"default","revoked":false},{"profile":"work","revoked":true}])"
        "\n");
  CHECK(world.keychain.items.size() == 1);
}

TEST_CASE("logout without a session does nothing") {
  fakes::World world;
  CHECK(world.run({"logout"}) == 0);
  CHECK(world.http.requests.empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("logout removes a damaged session that nothing else can use") {
  fakes::World world;
  world.keychain.items[session_key] = Secret{"{\"version\":1}"};
  CHECK(world.run({"token"}) == 7);
  CHECK(world.run({"logout"}) == 5);
  CHECK(world.keychain.items.empty());
}

TEST_CASE("logout removes a session of a newer version, as its hint says") {
  fakes::World world;
  world.keychain.items[session_key] = Secret{"{\"version\":2}"};
  CHECK(world.run({"token"}) == 7);
  CHECK(world.run({"logout"}) == 5);
  CHECK(world.keychain.items.empty());
}

TEST_CASE("status says who, until when, where it is kept, and what a call would use") {
  fakes::World world;
  sign_in_beforehand(world);
  world.variables["CHUTES_API_KEY"] = "cpk_key";
  CHECK(world.run({"status"}) == 0);
  check_golden(world.terminal.output);
}

TEST_CASE("status --json has the documented fields and exits 3 when no call could be made") {
  fakes::World world;
  CHECK(world.run({"status", "--json"}) == 3);
  CHECK(
      world.terminal.output ==
      R"({"profiles":[{"name":"default","signed_in":false,"store":"keychain","issuer":"https://api.chutes.ai"}],)"
      R"("credential":{"source":"none","usable":false}})"
      "\n");
  CHECK(world.terminal.errors.starts_with(R"({"error":{"kind":"sign_in_needed","message":")"));
  CHECK(world.terminal.errors.ends_with("\"exit_code\":3}}\n"));
}

TEST_CASE("status with a token in the environment needs no keychain, and says that there is none") {
  fakes::World world;
  world.keychain.fail_with = KeychainState::absent;
  world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
  CHECK(world.run({"status"}) == 0);
  CHECK(world.terminal.output.find("there is no keychain") != std::string::npos);
  CHECK(world.terminal.output.find(" CHUTES_ACCESS_TOKEN") != std::string::npos);
  world.variables.clear();
  CHECK(world.run({"status"}) == 7);
}

TEST_CASE("sessions of other profiles and other issuers are other sessions") {
  fakes::World world;
  sign_in_beforehand(world);
  CHECK(world.run({"token", "--profile", "work"}) == 3);
  CHECK(world.run({"token", "--issuer", "https://idp.example.org"}) == 3);
  world.variables["CHUTES_PROFILE"] = "work";
  CHECK(world.run({"token"}) == 3);
}

TEST_CASE("a session written by a newer version is refused with a sentence and left alone") {
  fakes::World world;
  world.keychain.items[session_key] = Secret{R"({"version":2,"tokens":[]})"};
  CHECK(world.run({"token"}) == 7);
  check_golden(world.terminal.errors);
  CHECK(world.keychain.items.count(session_key) == 1);
}
