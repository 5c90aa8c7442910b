// The refresh as a state machine, seen from outside: what was asked of the server, and what is in the store.
#include "base/form.hpp"
#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"
#include "session/vault.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* token_url = "https://api.chutes.ai/idp/token";
constexpr const char* introspect_url = "https://api.chutes.ai/idp/token/introspect";
constexpr const char* second_pair =
    R"({"access_token":"cak_second","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_second","scope":"openid profile chutes:invoke"})";
constexpr const char* spent = R"({"active":false})";
constexpr const char* active = R"({"active":true})";

std::exception_ptr cut() {
  return std::make_exception_ptr(
      Error{ErrorKind::network, "the connection to api.chutes.ai was lost in the middle of the answer"});
}

// Somebody is signed in, and the access token is about to end.
struct DueWorld : fakes::World {
  DueWorld() {
    sign_in_beforehand(*this);
    clock.advance(std::chrono::minutes{59} + std::chrono::seconds{30});
  }
  void keep(const session::Credentials& credentials) {
    keychain.items[session_key] = session::encode(credentials);
  }
  session::Credentials before = example_session(fakes::World{});
};

session::Credentials renewed_elsewhere(const session::Credentials& old) {
  auto other = old;
  other.access_token = Secret{"cak_other"};
  other.refresh_token = Secret{"crt_other"};
  other.generation = old.generation + 1;
  other.issued_at = old.issued_at + std::chrono::minutes{59};
  other.expires_at = *old.expires_at + std::chrono::minutes{59};
  return other;
}

} // namespace

TEST_CASE("a wrong client secret at refresh keeps the session and asks for the secret") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", token_url, 400, R"({"error":"invalid_client"})");
  CHECK(world.run({"refresh"}) == 2);
  CHECK(world.terminal.errors.find("CHUTES_OAUTH_CLIENT_SECRET") != std::string::npos);
  check_golden(world.terminal.errors);
  CHECK(kept_session(world) == example_session(world));
}

TEST_CASE("a client secret that is refused at refresh is named by its source, and a missing one as missing") {
  fakes::World world;
  sign_in_beforehand(world);
  auto& client = world.keychain.items.at({"default", "https://api.chutes.ai", "client"});
  SUBCASE("from the environment") {
    world.variables["CHUTES_OAUTH_CLIENT_ID"] = session::decode_registration(client).client_id;
    world.variables["CHUTES_OAUTH_CLIENT_SECRET"] = "csc_dead";
    world.http.expect("POST", token_url, 400, R"({"error":"invalid_client"})");
    CHECK(world.run({"refresh"}) == 2);
    CHECK(missing(world.terminal.errors, {"secret of ", " from CHUTES_OAUTH_CLIENT_SECRET"}).empty());
  }
  SUBCASE("none") {
    auto registration = session::decode_registration(client);
    registration.client_secret.reset();
    client = session::encode(registration);
    world.http.expect("POST", token_url, 400, R"({"error":"invalid_client"})");
    CHECK(world.run({"refresh"}) == 2);
    CHECK(missing(world.terminal.errors, {"requires", "none is stored"}).empty());
  }
}

TEST_CASE("a refused refresh token exits 3, and the session is kept for display") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", token_url, 400, R"({"error":"invalid_grant"})");
  CHECK(world.run({"refresh"}) == 3);
  check_golden(world.terminal.errors);
  CHECK(world.keychain.items.count(session_key) == 1);
}

TEST_CASE("invalid_grant after somebody else refreshed is no loss: the newer session is taken") {
  fakes::World world;
  sign_in_beforehand(world);
  world.clock.advance(std::chrono::minutes{59} + std::chrono::seconds{30});
  world.http.expect("POST", token_url, 400, R"({"error":"invalid_grant"})").look = [&](const HttpRequest&) {
    auto other = example_session(world);
    other.access_token = Secret{"cak_other"};
    other.generation = 2;
    world.keychain.items[session_key] = session::encode(other);
  };
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_other\n");
}

TEST_CASE("a connection that breaks during the refresh is settled by asking about the old refresh token") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect("POST", token_url, 0).failure = cut();
  SUBCASE("still active: the request never arrived and is sent again") {
    world.http.expect("POST", introspect_url, 200, R"({"active":true})");
    world.http.expect("POST", token_url, 200, second_pair);
    CHECK(world.run({"refresh"}) == 0);
    CHECK(kept_session(world).access_token == Secret{"cak_second"});
  }
  SUBCASE("spent: the answer is lost, which is said plainly") {
    world.http.expect("POST", introspect_url, 200, R"({"active":false})");
    CHECK(world.run({"refresh"}) == 3);
    CHECK(kept_session(world).refused->reason == session::Refusal::Reason::answer_lost);
    check_golden(world.terminal.errors);
  }
  SUBCASE("no network at all: nothing is concluded and nothing lost") {
    world.http.expect("POST", introspect_url, 0).failure = cut();
    CHECK(world.run({"refresh"}) == 5);
    check_golden(world.terminal.errors);
    auto marked = example_session(world);
    marked.refreshing_since = world.clock.now();
    marked.refreshing_under = world.lock.identity;
    CHECK(kept_session(world) == marked); // whoever refreshes next will ask first
  }
}

TEST_CASE("a refresh that outlasts its limit ends there: nothing more is asked, and the mark stays") {
  DueWorld world;
  world.http.expect("POST", token_url, 0).look = [&](const HttpRequest& request) {
    CHECK(request.whole_limit == std::chrono::seconds{60});
    CHECK(request.deadline == world.clock.steady() + std::chrono::seconds{60});
    world.clock.advance(std::chrono::seconds{60});
    throw Error{ErrorKind::network, "api.chutes.ai did not finish within the time limit", "try again"};
  };
  CHECK(world.run({"token"}) == 5);
  CHECK(world.terminal.errors.find("refresh token") != std::string::npos);
  CHECK(world.terminal.errors.find("chutes-login login") != std::string::npos);
  check_golden(world.terminal.errors);
  CHECK(kept_session(world).refreshing_since);
  CHECK(kept_session(world).refresh_token == Secret{"crt_first"});
  CHECK(world.signals.held == 0);
}

TEST_CASE("a second attempt at a refresh needs thirty seconds, and all requests share one deadline") {
  DueWorld world;
  std::chrono::seconds lost_after{30};
  const auto deadline = world.clock.steady() + std::chrono::seconds{60};
  SUBCASE("they are left") {
    world.http.expect("POST", token_url, 0).look = [&](const HttpRequest&) {
      world.clock.advance(lost_after);
      std::rethrow_exception(cut());
    };
    world.http.expect("POST", introspect_url, 200, active).look = [&](const HttpRequest& request) {
      CHECK(request.deadline == deadline);
    };
    world.http.expect("POST", token_url, 200, second_pair).look = [&](const HttpRequest& request) {
      CHECK(request.deadline == deadline);
    };
    CHECK(world.run({"token"}) == 0);
  }
  SUBCASE("they are not") {
    lost_after = std::chrono::seconds{31};
    world.http.expect("POST", token_url, 0).look = [&](const HttpRequest&) {
      world.clock.advance(lost_after);
      std::rethrow_exception(cut());
    };
    world.http.expect("POST", introspect_url, 200, active);
    CHECK(world.run({"token"}) == 5);
    CHECK(kept_session(world).refresh_token == Secret{"crt_first"});
  }
}

TEST_CASE(
    "every request with a token in it has a minute, and no --timeout shortens the patience with a refresh") {
  struct Row {
    const char* timeout;
    std::chrono::seconds patience;
  };
  const auto limited = [](const HttpRequest& request) {
    CHECK(request.whole_limit == std::chrono::seconds{60});
  };
  for (const auto& [timeout, patience] :
       {Row{"1", std::chrono::seconds{30}}, Row{"45", std::chrono::seconds{45}}}) {
    const auto look = [patience = patience](const HttpRequest& request) {
      CHECK(request.whole_limit == std::chrono::seconds{60});
      CHECK(request.idle_limit == patience);
    };
    fakes::World world;
    sign_in_beforehand(world);
    world.http.expect("POST", token_url, 200, second_pair).look = look;
    CHECK(world.run({"refresh", "--timeout", timeout}) == 0);
    world.http.expect("POST", introspect_url, 200, active).look = limited;
    CHECK(world.run({"introspect", "--timeout", timeout}) == 0);
    for (int i = 0; i < 2; ++i)
      world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200).look = limited;
    CHECK(world.run({"logout", "--timeout", timeout}) == 0);
  }
}

TEST_CASE("a session without refresh token is used as long as its access token lives") {
  DueWorld world; // thirty seconds are left
  auto session = world.before;
  session.refresh_token.reset();
  world.keep(session);
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_first\n");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"token", "--min-valid", "5m"}, {"refresh"}}) {
    world.terminal.errors.clear();
    CHECK(world.run(words) == 3);
    CHECK(world.terminal.errors.find("expired") == std::string::npos);
    CHECK(world.terminal.errors.find("2026-11-23T13:00:00Z") != std::string::npos);
    check_golden(world.terminal.errors);
  }
  world.clock.advance(std::chrono::seconds{30});
  world.terminal.errors.clear();
  CHECK(world.run({"token"}) == 3);
  CHECK(world.terminal.errors.find("expired") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE(
    "a refresh marks the stored session before the request leaves, and the mark goes with the new pair") {
  DueWorld world;
  world.http.expect("POST", token_url, 200, second_pair).look = [&](const HttpRequest&) {
    auto marked = world.before;
    marked.refreshing_since = world.clock.now();
    marked.refreshing_under = world.lock.identity;
    CHECK(kept_session(world) == marked);
    CHECK(world.lock.held == 1);
    CHECK(world.signals.held == 1);
  };
  CHECK(world.run({"token"}) == 0);
  CHECK(!kept_session(world).refreshing_since);
  CHECK(kept_session(world).refresh_token == Secret{"crt_second"});
}

TEST_CASE("a store that cannot be written is found out before the refresh token is spent") {
  DueWorld world;
  world.keychain.lose_writes = true;
  CHECK(world.run({"token"}) == 7);
  CHECK(world.http.requests.empty());
  CHECK(kept_session(world) == world.before);
}

TEST_CASE("a store that fails once while the new pair waits for it is tried again") {
  DueWorld world;
  world.http.expect("POST", token_url, 200, second_pair).look = [&](const HttpRequest&) {
    world.keychain.failing_writes = 1;
  };
  CHECK(world.run({"token"}) == 0);
  CHECK(kept_session(world).access_token == Secret{"cak_second"});
}

TEST_CASE(
    "a new pair that cannot be stored is revoked, and the next command says what became of the session") {
  DueWorld world;
  world.http.expect("POST", token_url, 200, second_pair).look = [&](const HttpRequest&) {
    world.keychain.failing_writes = 2;
  };
  for (const char* token : {"crt_second", "cak_second"})
    world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, "{}").look =
        [token](const HttpRequest& request) {
          CHECK(single_field(*parse_form(request.body), "token") == token);
        };
  CHECK(world.run({"token"}) == 7);
  CHECK(world.terminal.output.empty());
  check_golden(world.terminal.errors);
  CHECK(kept_session(world).refreshing_since);
  world.http.expect("POST", introspect_url, 200, spent);
  CHECK(world.run({"token"}) == 3);
}

TEST_CASE("a new pair is not revoked if the store holds it all the same, or cannot say") {
  DueWorld world;
  SUBCASE("it holds it: only the answers to the writes were lost") {
    world.http.expect("POST", token_url, 200, second_pair).look = [&](const HttpRequest&) {
      world.keychain.on_write = [&] {
        auto next = world.before;
        next.access_token = Secret{"cak_second"};
        world.keep(next);
        throw Error{ErrorKind::keychain, "the keychain did not answer in time", "try again"};
      };
    };
    CHECK(world.run({"token"}) == 0);
    CHECK(world.terminal.output == "cak_second\n");
  }
  SUBCASE("it cannot say") {
    world.http.expect("POST", token_url, 200, second_pair).look = [&](const HttpRequest&) {
      world.keychain.fail_with = KeychainState::failing;
    };
    CHECK(world.run({"token"}) == 7);
    CHECK(world.terminal.errors.find("revoked") == std::string::npos);
  }
}

TEST_CASE("the mark of a command that was killed is settled by asking about the refresh token it had sent") {
  DueWorld world;
  auto marked = world.before;
  marked.refreshing_since = world.clock.now();
  marked.refreshing_under = world.lock.identity;
  world.keep(marked);
  SUBCASE("still active: the request never arrived") {
    world.http.expect("POST", introspect_url, 200, active).look = [](const HttpRequest& request) {
      CHECK(single_field(*parse_form(request.body), "token") == "crt_first");
    };
    world.http.expect("POST", token_url, 200, second_pair);
    CHECK(world.run({"token"}) == 0);
    CHECK(world.terminal.output == "cak_second\n");
  }
  SUBCASE("spent: the answer died with the command, and the token is not sent again") {
    world.http.expect("POST", introspect_url, 200, spent);
    CHECK(world.run({"token"}) == 3);
    CHECK(kept_session(world).refused->reason == session::Refusal::Reason::process_ended);
    check_golden(world.terminal.errors);
  }
  SUBCASE("the server is out of order: the token is not sent again before it has told") {
    world.http.expect("POST", introspect_url, 503, "<html>");
    CHECK(world.run({"token"}) == 6);
    CHECK(kept_session(world) == marked);
  }
  SUBCASE("nobody can tell now: nothing is concluded, and the mark stays") {
    world.http.expect("POST", introspect_url, 0).failure = cut();
    CHECK(world.run({"token"}) == 5);
    CHECK(kept_session(world) == marked);
  }
}

TEST_CASE("a young mark under another lock is not taken for a dead process while its holder may live") {
  DueWorld world;
  const auto began = world.clock.steady();
  const auto waited = [&] { return world.clock.steady() - began; };
  auto marked = world.before;
  marked.refreshing_since = world.clock.now() - std::chrono::seconds{10};
  marked.refreshing_under = "the lock of a container";
  const auto at_the_third_look = [&](const session::Credentials& then) {
    world.lock.on_acquire = [&world, then] {
      if (world.lock.acquired.size() == 3)
        world.keep(then);
    };
  };
  SUBCASE("what the holder stores is adopted") {
    world.keep(marked);
    at_the_third_look(renewed_elsewhere(world.before));
    CHECK(world.run({"token"}) == 0);
    CHECK(world.terminal.output == "cak_other\n");
    CHECK(world.http.requests.empty());
    CHECK(world.lock.held == 0);
    check_golden(world.terminal.errors);
  }
  SUBCASE("a holder that gives up leaves the refresh to this process") {
    world.keep(marked);
    at_the_third_look(world.before);
    world.http.expect("POST", token_url, 200, second_pair);
    CHECK(world.run({"token"}) == 0);
    CHECK(world.terminal.output == "cak_second\n");
  }
  SUBCASE("what the holder finds out about the refresh token is believed") {
    auto refused = world.before;
    refused.refused = session::Refusal{session::Refusal::Reason::refused, world.clock.now()};
    world.keep(marked);
    at_the_third_look(refused);
    CHECK(world.run({"token"}) == 3);
    CHECK(world.http.requests.empty());
  }
  SUBCASE("a mark that grows as old as a refresh may take is settled like that of a killed process") {
    SUBCASE("by this machine's clock") {
      CHECK(waited() == std::chrono::seconds{0});
    }
    SUBCASE("by another clock, that is ahead") {
      marked.refreshing_since = world.clock.now() + std::chrono::hours{2};
    }
    SUBCASE("by a version that did not name its lock") {
      marked.refreshing_under.clear();
    }
    world.keep(marked);
    world.http.expect("POST", introspect_url, 200, spent);
    CHECK(world.run({"token"}) == 3);
    CHECK(kept_session(world).refused->reason == session::Refusal::Reason::process_ended);
    CHECK(waited() >= std::chrono::seconds{49});
    CHECK(waited() <= session::refresh_limit);
  }
  SUBCASE("an old mark is settled at once") {
    marked.refreshing_since = world.clock.now() - session::refresh_limit;
    world.keep(marked);
    world.http.expect("POST", introspect_url, 200, active);
    world.http.expect("POST", token_url, 200, second_pair);
    CHECK(world.run({"token"}) == 0);
    CHECK(waited() == std::chrono::seconds{0});
  }
  SUBCASE("a signal ends the wait") {
    world.keep(marked);
    world.lock.on_acquire = [&] { world.signals.pending = world.lock.acquired.size() == 2; };
    CHECK(world.run({"token"}) == 130);
    CHECK(kept_session(world) == marked);
  }
}

TEST_CASE("the session of a store in a file is locked beside that file, whatever else differs") {
  for (const char* runtime : {"/run/user/1", "/tmp/other", "relative", ""}) {
    CAPTURE(runtime);
    DueWorld world;
    world.variables.insert(
        {{"XDG_RUNTIME_DIR", runtime}, {"XDG_STATE_HOME", runtime}, {"HOME", "/home/ada"}});
    CHECK(world.run({"logout", "--store", "plaintext"}) == 0);
    CHECK(world.lock.acquired ==
          std::vector<std::string>{"/home/ada/.local/share/chutes-login/default.plaintext.json.session"});
  }
}

TEST_CASE("an answer that makes no sense may stand in the place of a good one, and is settled too") {
  DueWorld world;
  world.http.expect("POST", token_url, 502, "<html>Bad Gateway</html>");
  SUBCASE("the token is still good: the failure is the service's, and the session goes on next time") {
    world.http.expect("POST", introspect_url, 200, active);
    CHECK(world.run({"token"}) == 6);
    CHECK(kept_session(world).refresh_token == Secret{"crt_first"});
    CHECK(!kept_session(world).refused);
  }
  SUBCASE("the token is spent: the answer was lost behind the gateway") {
    world.http.expect("POST", introspect_url, 200, spent);
    CHECK(world.run({"token"}) == 3);
  }
}

TEST_CASE("a server that cannot be reached has not seen the request, and is asked nothing more") {
  DueWorld world;
  Error unreachable{ErrorKind::network, "could not reach api.chutes.ai: connection refused"};
  world.http.expect("POST", token_url, 0).failure = std::make_exception_ptr(unreachable.with_nothing_sent());
  CHECK(world.run({"token"}) == 5);
  CHECK(kept_session(world).refresh_token == Secret{"crt_first"});
}

TEST_CASE("a refused session is remembered: the next command explains it without lock or request") {
  DueWorld world;
  world.http.expect("POST", token_url, 400, R"({"error":"invalid_grant"})");
  CHECK(world.run({"token"}) == 3);
  const auto locks = world.lock.acquired.size();
  world.clock.advance(std::chrono::hours{2});
  CHECK(world.run({"token"}) == 3);
  CHECK(world.lock.acquired.size() == locks);
  CHECK(world.run({"status"}) == 3);
  CHECK(world.terminal.output.find("2 hours ago") != std::string::npos);
  check_golden(world.terminal.output);
}

TEST_CASE("refresh asks again about a session that was refused, because somebody wants to know") {
  DueWorld world;
  auto refused = world.before;
  refused.refused = session::Refusal{session::Refusal::Reason::refused, world.clock.now()};
  world.keep(refused);
  world.http.expect("POST", token_url, 200, second_pair);
  CHECK(world.run({"refresh"}) == 0);
  CHECK(!kept_session(world).refused);
}

TEST_CASE("what another process found out about the refresh token while we waited for the lock is not tried "
          "again") {
  DueWorld world;
  world.lock.on_acquire = [&] {
    auto refused = world.before;
    refused.refused = session::Refusal{session::Refusal::Reason::refused, world.clock.now()};
    world.keep(refused);
  };
  CHECK(world.run({"token"}) == 3);
  CHECK(world.http.requests.empty());
}

TEST_CASE("a client secret that is refused is asked for, without the lock, tried and kept") {
  DueWorld world;
  world.terminal.answers = {"csc_current"};
  world.http.expect("POST", token_url, 400, R"({"error":"invalid_client"})");
  world.http.expect("POST", token_url, 200, second_pair).look = [](const HttpRequest& request) {
    CHECK(single_field(*parse_form(request.body), "client_secret") == "csc_current");
  };
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_second\n");
  CHECK(world.lock.held == 0);
  CHECK(world.lock.acquired.size() == 2);
  CHECK(session::decode_registration(world.keychain.items.at(client_key)).client_secret ==
        Secret{"csc_current"});
}

TEST_CASE("--no-input asks for no client secret") {
  DueWorld world;
  world.terminal.answers = {"csc_current"};
  world.http.expect("POST", token_url, 400, R"({"error":"invalid_client"})");
  CHECK(world.run({"token", "--no-input"}) == 2);
  CHECK(world.terminal.questions.empty());
  CHECK(kept_session(world) == world.before);
}

TEST_CASE("a signal that comes while the request is out ends nothing before the pair is stored") {
  DueWorld world;
  world.http.expect("POST", token_url, 200, second_pair).look = [&](const HttpRequest&) {
    world.signals.pending = true;
  };
  static_cast<void>(world.run({"token"}));
  CHECK(kept_session(world).refresh_token == Secret{"crt_second"});
}

TEST_CASE("a signal that came before the request keeps it from leaving") {
  DueWorld world;
  world.signals.pending = true;
  CHECK(world.run({"token"}) == 130);
  CHECK(world.http.requests.empty());
  CHECK(kept_session(world) == world.before);
}

TEST_CASE("many commands at once want a token that lasts longer than any does, and one refresh serves them") {
  DueWorld world;
  world.lock.on_acquire = [&] { world.keep(renewed_elsewhere(world.before)); };
  CHECK(world.run({"token", "--min-valid", "2h"}) == 0);
  CHECK(world.terminal.output == "cak_other\n");
}

TEST_CASE("a session that was renewed long ago, while this process slept, is renewed again") {
  DueWorld world;
  world.lock.on_acquire = [&] {
    world.keep(renewed_elsewhere(world.before));
    world.clock.advance(std::chrono::hours{3});
  };
  world.http.expect("POST", token_url, 200, second_pair).look = [](const HttpRequest& request) {
    CHECK(single_field(*parse_form(request.body), "refresh_token") == "crt_other");
  };
  CHECK(world.run({"token"}) == 0);
  CHECK(kept_session(world).generation == 3);
}

TEST_CASE("the margin is a minute and a little by chance, and never more than half of a short life") {
  fakes::World world;
  sign_in_beforehand(world);
  world.clock.advance(std::chrono::minutes{58} + std::chrono::seconds{44}); // 76 s are left
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_first\n");

  auto short_lived = example_session(world);
  short_lived.expires_at = short_lived.issued_at + std::chrono::seconds{40};
  world.keychain.items[session_key] = session::encode(short_lived);
  CHECK(world.run({"token"}) == 0);
  world.clock.advance(std::chrono::seconds{21});
  world.http.expect("POST", token_url, 200, second_pair);
  CHECK(world.run({"token"}) == 0);
}

TEST_CASE("a clock that was set back makes the expiry worthless, so the token counts as due") {
  fakes::World world;
  sign_in_beforehand(world);
  world.clock.advance(-std::chrono::hours{5});
  world.http.expect("POST", token_url, 200, second_pair);
  CHECK(world.run({"token"}) == 0);
  CHECK(world.terminal.output == "cak_second\n");
}

TEST_CASE("how far this computer's clock is off is learned from the server's Date and told by status") {
  DueWorld world;
  auto& exchange = world.http.expect("POST", token_url, 200, second_pair);
  exchange.response.headers = {{"Date", "Mon, 23 Nov 2026 14:59:30 GMT"}};
  CHECK(world.run({"token"}) == 0);
  CHECK(kept_session(world).clock_skew == std::chrono::hours{2});
  CHECK(world.run({"status"}) == 0);
  CHECK(world.terminal.output.find("2 hours behind") != std::string::npos);
}
