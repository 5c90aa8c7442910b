#include "flows/person.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

TEST_CASE("login keeps the tokens the server issued for the code the browser brought back") {
  fakes::World world;
  Person person{world};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json).look =
      [&](const HttpRequest& request) {
        const auto form = *parse_form(request.body);
        CHECK(single_field(form, "grant_type") == "authorization_code");
        CHECK(single_field(form, "code") == "the-code");
        CHECK(single_field(form, "client_id") == "cid_example");
        CHECK(single_field(form, "client_secret") == "csc_secret");
        CHECK(single_field(form, "redirect_uri") == "http://127.0.0.1:28417/callback");
        CHECK(single_field(form, "code_verifier")->size() == 43);
        CHECK(world.signals.held == 1);
      };
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json).look =
      [&](const HttpRequest&) {
        CHECK(world.keychain.items.count(session_key) == 1); // stored before anybody is asked who this is
      };

  CHECK(world.run({"login"}) == 0);

  check_golden(world.terminal.output);
  const auto kept = kept_session(world);
  CHECK(kept.access_token == Secret{"cak_new"});
  CHECK(kept.refresh_token == Secret{"crt_new"});
  CHECK(kept.username == "ada");
  CHECK(world.keychain.items.count(client_key) == 1);
  CHECK(world.loopback.open_listeners == 0);
  CHECK(world.loopback.answers.back().find("You are signed in as <strong>ada</strong>") != std::string::npos);
}

TEST_CASE("login asks for exactly what RFC 6749 4.1.1 and RFC 7636 4.3 want, at a URL the browser never had "
          "on its command line") {
  fakes::World world;
  Person person{world};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);

  CHECK(world.run({"login"}) == 0);

  const auto query = query_of(person.request);
  CHECK(person.request.origin() + person.request.path == "https://api.chutes.ai/idp/authorize");
  CHECK(single_field(query, "response_type") == "code");
  CHECK(single_field(query, "client_id") == "cid_example");
  CHECK(single_field(query, "redirect_uri") == "http://127.0.0.1:28417/callback");
  CHECK(single_field(query, "scope") == "openid profile chutes:invoke");
  CHECK(single_field(query, "code_challenge_method") == "S256");
  CHECK(single_field(query, "code_challenge")->size() == 43);
  CHECK(single_field(query, "state")->size() >= 43);
  CHECK(person.opened.origin() == "http://127.0.0.1:28417");
  CHECK(person.opened.text().find("cid_example") == std::string::npos);
}

TEST_CASE("login goes on waiting when a redirect carries a state that is not ours") {
  fakes::World world;
  Person person{world};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  world.loopback.heads.push_back(get("/callback?code=evil&state=forged", "127.0.0.1:28417"));
  world.loopback.heads.push_back(get("/callback?error=access_denied", "127.0.0.1:28417"));

  CHECK(world.run({"login"}) == 0);
  CHECK(kept_session(world).access_token == Secret{"cak_new"});
}

TEST_CASE("login says who declined, and exits 4, when the redirect says access_denied") {
  fakes::World world;
  Person person{world};
  person.decide = [](const FormFields& query) {
    return encode_form({{"error", "access_denied"},
                        {"error_description", "User denied the request"},
                        {"state", *single_field(query, "state")}});
  };

  CHECK(world.run({"login"}) == 4);
  CHECK(world.terminal.output.empty());
  check_golden(world.terminal.errors);
  CHECK(world.keychain.items.empty());
  CHECK(world.loopback.open_listeners == 0);
}

TEST_CASE("a browser that was started without an error and shows nothing: after five seconds the address is "
          "printed, once") {
  fakes::World world;
  Person person{world};
  world.browser.on_open = nullptr;            // exit code 0, and nothing to be seen
  std::vector<std::pair<long, bool>> printed; // seconds waited, and whether the address is there
  const auto began = world.clock.steady();
  world.loopback.on_empty = [&] {
    const auto waited = std::chrono::floor<std::chrono::seconds>(world.clock.steady() - began).count();
    printed.emplace_back(waited, world.terminal.errors.find("/idp/authorize?") != std::string::npos);
    world.clock.advance(std::chrono::seconds{1});
  };
  CHECK(world.run({"login", "--wait", "20s"}) == 4);
  REQUIRE(printed.size() > 7);
  for (const auto& [waited, is_printed] : printed)
    CHECK_MESSAGE(is_printed == (waited >= 5), waited);
  const auto& said = world.terminal.errors;
  CHECK(said.find("/idp/authorize?") == said.rfind("/idp/authorize?"));
  CHECK(said.find("not opened the sign-in page") != std::string::npos);
}

TEST_CASE("a browser that comes to the start address is not doubted, however long the person takes") {
  fakes::World world;
  Person person{world};
  person.decide = nullptr;
  CHECK(world.run({"login", "--wait", "60s"}) == 4);
  CHECK(world.terminal.errors.find("/idp/authorize?") == std::string::npos);
}

TEST_CASE("security 10: a scope that was not requested is told, as one that is missing is") {
  fakes::World world;
  Person person{world};
  world.http.expect(
      "POST", "https://api.chutes.ai/idp/token", 200,
      R"({"access_token":"cak_new","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_new",)"
      R"("scope":"openid profile admin account:write"})");
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  CHECK(world.run({"login"}) == 0);
  CHECK(world.terminal.errors.find("did not grant chutes:invoke") != std::string::npos);
  CHECK(world.terminal.errors.find("granted admin account:write, which was not requested") !=
        std::string::npos);
}

TEST_CASE(
    "login gives up after the time that --wait gives, names the causes the browser may show, and exits 4") {
  fakes::World world;
  Person person{world};
  person.decide = nullptr;

  CHECK(world.run({"login", "--wait", "90s"}) == 4);
  CHECK(world.terminal.errors.find("http://127.0.0.1:28417/callback is not registered") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("login prints the complete address when no browser will start, and with --no-browser starts none") {
  fakes::World world;
  Person person{world};
  person.decide = nullptr;
  std::vector<std::string> words{"login", "--wait", "1s"};
  SUBCASE("no browser starts") {
    world.browser.starts = false;
  }
  SUBCASE("--no-browser") {
    words.push_back("--no-browser");
    world.browser.on_open = [](const Url&) { FAIL("a browser was opened"); };
  }
  CHECK(world.run(words) == 4);
  CHECK(world.terminal.errors.find("https://api.chutes.ai/idp/authorize?response_type=code") !=
        std::string::npos);
}

TEST_CASE(
    "login takes the next registered port when the first is held, and never a port that is not registered") {
  fakes::World world;
  Person person{world};
  world.loopback.taken = {28417, 28418};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);

  CHECK(world.run({"login"}) == 0);
  CHECK(world.loopback.tried == std::vector<std::uint16_t>{28417, 28418, 28419});
  CHECK(single_field(query_of(person.request), "redirect_uri") == "http://127.0.0.1:28419/callback");
}

TEST_CASE("login names the holders and exits 4 before any browser opens when every registered port is held") {
  fakes::World world;
  Person person{world};
  world.variables["CHUTES_OAUTH_REDIRECT_URI"] =
      "http://127.0.0.1:28417/callback,http://127.0.0.1:28418/callback";
  world.loopback.taken = {28417, 28418};

  CHECK(world.run({"login"}) == 4);
  CHECK(world.terminal.errors.find("nginx (pid 4711)") != std::string::npos);
  CHECK(world.browser.opened.empty());
}

TEST_CASE("login without a client secret stops with exit 2 before any browser opens, because the code would "
          "be spent for nothing") {
  fakes::World world;
  Person person{world};
  world.variables.erase("CHUTES_OAUTH_CLIENT_SECRET");

  CHECK(world.run({"login"}) == 2);
  CHECK(world.terminal.errors.find("--client-secret-stdin") != std::string::npos);
  check_golden(world.terminal.errors);
  CHECK(world.browser.opened.empty());
}

TEST_CASE("login without any client registration says how to get one, and exits 2") {
  fakes::World world;
  CHECK(world.run({"login"}) == 2);
  CHECK(world.terminal.errors.find("CHUTES_OAUTH_CLIENT_ID") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("login finds out that the keychain is locked before the browser opens, and exits 7") {
  fakes::World world;
  Person person{world};
  world.keychain.fail_with = KeychainState::locked;
  CHECK(world.run({"login"}) == 7);
  CHECK(world.browser.opened.empty());
}

TEST_CASE("login revokes tokens that cannot be stored, and tells the browser of no success") {
  fakes::World world;
  Person person{world};
  const std::string revocation = "https://api.chutes.ai/idp/token/revoke";
  int writes = 0; // that succeed
  SUBCASE("none can be written") {}
  SUBCASE("the registration cannot be written") {
    writes = 1;
  }
  SUBCASE("the name cannot be added") {
    writes = 2;
  }
  world.keychain.on_write = [&] {
    if (writes-- <= 0)
      throw Error{ErrorKind::keychain, "the keychain failed", "check it, and try again"};
  };
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  if (writes == 2)
    world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  for (const char* token : {"crt_new", "cak_new"})
    world.http.expect("POST", revocation, 200, "{}").look = [token](const HttpRequest& request) {
      CHECK(single_field(*parse_form(request.body), "token") == token);
    };
  CHECK(world.run({"login"}) == 7);
  CHECK(world.keychain.items.count(session_key) == 0);
  check_golden(world.terminal.errors);
  for (const auto& answer : world.loopback.answers)
    CHECK(answer.find("Signed in") == std::string::npos);
}

TEST_CASE("login says until when tokens live that can neither be stored nor revoked") {
  fakes::World world;
  Person person{world};
  world.keychain.lose_writes = true;
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 503, "");
  world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 503, "");
  CHECK(world.run({"login"}) == 7);
  CHECK(world.terminal.errors.find("expires in 1 hour") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("login puts the earlier session back that tokens had replaced which cannot be stored") {
  fakes::World world;
  sign_in_beforehand(world);
  const auto before = world.keychain.items;
  Person person{world};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, // asked first: is it the same account?
                    R"({"sub":"11111111-2222-3333-4444-555555555555","username":"ada"})");
  world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, "{}");
  world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, "{}");
  world.keychain.on_write = [&] {
    if (world.keychain.writes == 2)
      throw Error{ErrorKind::keychain, "the keychain failed", "check it, and try again"};
  };
  CHECK(world.run({"login"}) == 7);
  CHECK(world.keychain.items == before);
}

TEST_CASE("a keychain may show its dialogs where somebody can answer them, for as long as --wait says") {
  struct Row {
    bool terminal;
    const char* display;
    std::vector<std::string> words;
    std::optional<std::chrono::seconds> limit;
  };
  using std::chrono::seconds;
  const std::vector<Row> rows{
      {false, "", {}, std::nullopt},
      {true, "", {}, seconds{120}},
      {false, "DISPLAY", {}, seconds{120}},
      {false, "WAYLAND_DISPLAY", {}, seconds{120}},
      {true, "DISPLAY", {"--no-input"}, std::nullopt},
      {true, "DISPLAY", {"--wait", "9s"}, seconds{9}},
      {true, "DISPLAY", {"--wait", "9s", "--no-input"}, std::nullopt},
      {false, "", {"--wait", "9s"}, std::nullopt},
  };
  for (const auto& row : rows) {
    fakes::World world;
    Person person{world};
    world.keychain.fail_with = KeychainState::locked;
    world.terminal.error_tty = row.terminal;
    world.variables.erase("DISPLAY");
    if (*row.display != '\0')
      world.variables[row.display] = ":0";
    std::vector<std::string> words{"login"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    CHECK(world.run(words) == 7);
    CHECK(world.keychain.dialog_limit == row.limit);
  }
}

TEST_CASE("login keeps the tokens although the server does not say whose they are") {
  fakes::World world;
  Person person{world};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  SUBCASE("401 from a replica that lags behind") {
    world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 401,
                      R"({"detail":"Invalid or expired token"})");
  }
  SUBCASE("the network breaks") {
    world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 0).failure =
        std::make_exception_ptr(Error{ErrorKind::network, "the connection was cut"});
  }
  CHECK(world.run({"login"}) == 0);
  CHECK(kept_session(world).access_token == Secret{"cak_new"});
  CHECK(world.terminal.output.find("ada") == std::string::npos);
  check_golden(world.terminal.output);
}

TEST_CASE("login explains the bare errors of the token endpoint, keeps nothing, and sends the code once") {
  fakes::World world;
  Person person{world};
  std::string body;
  int expected = 0;
  SUBCASE("invalid_client") {
    body = R"({"error":"invalid_client"})";
    expected = 2;
  }
  SUBCASE("invalid_grant") {
    body = R"({"error":"invalid_grant"})";
    expected = 4;
  }
  SUBCASE("another error") {
    body = R"({"error":"invalid_request"})";
    expected = 6;
  }
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 400, body);
  CHECK(world.run({"login"}) == expected);
  CHECK((world.terminal.errors.find("CHUTES_OAUTH_CLIENT_SECRET") != std::string::npos) == (expected == 2));
  CHECK(world.keychain.items.empty());
  CHECK(world.http.requests.size() == 1);
}

TEST_CASE("login whose exchange breaks off says that the code is used up, and sends it once") {
  fakes::World world;
  Person person{world};
  int code = 5;
  SUBCASE("the answer was lost") {
    world.http.expect("POST", "https://api.chutes.ai/idp/token", 0).look = [](const HttpRequest& request) {
      CHECK(request.whole_limit == std::chrono::seconds{60});
      CHECK(request.idle_limit == std::chrono::seconds{30});
      throw Error{ErrorKind::network, "api.chutes.ai did not finish within the time limit", "try again"};
    };
  }
  SUBCASE("the answer was nonsense") {
    code = 6;
    world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, "cak_not-json");
  }
  CHECK(world.run({"login", "--timeout", "1"}) == code);
  CHECK(world.terminal.errors.find("authorization code is used up") != std::string::npos);
  CHECK(world.terminal.errors.find("hint: sign in again\n") != std::string::npos);
  check_golden(world.terminal.errors);
  CHECK(world.keychain.items.empty());
  CHECK(world.loopback.answers.back().find("Sign-in failed") != std::string::npos);
}

TEST_CASE("login whose exchange did not even leave does not say that the code is used up") {
  fakes::World world;
  Person person{world};
  Error unreachable{ErrorKind::network, "could not reach api.chutes.ai: connection refused",
                    "check the network"};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 0).failure =
      std::make_exception_ptr(unreachable.with_nothing_sent());
  CHECK(world.run({"login"}) == 5);
  CHECK(world.terminal.errors.find("used up") == std::string::npos);
}

TEST_CASE("login names a scope the service does not have before the browser opens") {
  fakes::World world;
  Person person{world};
  world.http.expect("GET", "https://api.chutes.ai/idp/scopes", 200,
                    R"({"scopes":{"profile":"p","chutes:invoke":"i"}})");
  CHECK(world.run({"login", "--scope", "profile", "--scope", "chutes:invoke:abc"}) == 2);
  CHECK(world.terminal.errors.find("chutes:invoke:abc") != std::string::npos);
  CHECK(world.browser.opened.empty());
}

TEST_CASE("login warns when less was granted than asked for") {
  fakes::World world;
  Person person{world};
  world.http.expect(
      "POST", "https://api.chutes.ai/idp/token", 200,
      R"({"access_token":"cak_new","token_type":"Bearer","expires_in":3600,"scope":"openid profile"})");
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  CHECK(world.run({"login"}) == 0);
  CHECK(world.terminal.errors.find("warning: ") != std::string::npos);
  CHECK(world.terminal.errors.find(" chutes:invoke\n") != std::string::npos);
  check_golden(world.terminal.output);
}

TEST_CASE("login over an existing session revokes the tokens it replaces, after the new ones are kept") {
  fakes::World world;
  Person person{world};
  sign_in_beforehand(world);
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  for (const char* old : {"crt_first", "cak_first"})
    world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, R"({"revoked":true})").look =
        [&world, old](const HttpRequest& request) {
          CHECK(single_field(*parse_form(request.body), "token") == old);
          CHECK(kept_session(world).access_token == Secret{"cak_new"});
        };
  CHECK(world.run({"login"}) == 0);
}

TEST_CASE("login warns when the session that it replaces could not be revoked") {
  fakes::World world;
  Person person{world};
  sign_in_beforehand(world);
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 500);
  world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, R"({"revoked":true})");
  CHECK(world.run({"login"}) == 0);
  CHECK(kept_session(world).access_token == Secret{"cak_new"});
  CHECK(world.terminal.errors.find("\nwarning: ") != std::string::npos);
}

TEST_CASE("login --json reports the session without its tokens") {
  fakes::World world;
  Person person{world};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  CHECK(world.run({"login", "--json"}) == 0);
  CHECK(world.terminal.output ==
        R"({"profile":"default","username":"ada","sub":"u-1","scope":["openid","profile","chutes:invoke"],)"
        R"("expires_at":"2026-11-23T13:00:00Z","expires_in":3600,"refresh_token":true,"store":"keychain"})"
        "\n");
}

TEST_CASE("login interrupted while it waits leaves no listener and exits 130 without a word of error") {
  fakes::World world;
  Person person{world};
  world.loopback.on_empty = [] { throw Error{ErrorKind::interrupted, "interrupted"}; };
  CHECK(world.run({"login"}) == 130);
  CHECK(world.loopback.open_listeners == 0);
  CHECK(world.terminal.errors.find("chutes-login:") == std::string::npos);
}

TEST_CASE("the program without a command signs in") {
  fakes::World world;
  CHECK(world.run({}) == 2); // as login does without a client registration
  CHECK(world.terminal.errors.find("CHUTES_OAUTH_CLIENT_ID") != std::string::npos);
}
