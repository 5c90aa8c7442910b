// Signing in at a server that is not Chutes: discovered, with an ID token or without.
#include "base/base64.hpp"
#include "flows/person.hpp"
#include "golden.hpp"
#include "oauth/id_token/signer.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* issuer = "https://idp.example.org";
constexpr const char* document_url = "https://idp.example.org/.well-known/openid-configuration";
const KeychainKey other_session{"default", issuer, "session"};

const oauth::Signer& signer() {
  static const oauth::Signer one{"ES256"};
  return one;
}

std::string document(const std::string& more = R"(,"jwks_uri":"https://idp.example.org/jwks")") {
  return R"({"issuer":"https://idp.example.org","authorization_endpoint":"https://idp.example.org/authorize",)"
         R"("token_endpoint":"https://idp.example.org/token","userinfo_endpoint":"https://idp.example.org/me",)"
         R"("revocation_endpoint":"https://idp.example.org/revoke",)"
         R"("introspection_endpoint":"https://idp.example.org/introspect")" +
         more + "}";
}

// Somebody who signs in there as the client my-cli. `claims` makes the ID token's of the nonce that was sent.
struct OtherIssuer : fakes::World {
  OtherIssuer() {
    variables["HOME"] = "/home/ada";
    variables["CHUTES_OAUTH_CLIENT_ID"] = "my-cli";
    variables["CHUTES_OAUTH_CLIENT_SECRET"] = "the secret";
    person.decide = [this](const FormFields& query) {
      nonce = single_field(query, "nonce").value_or("");
      if (!claims.empty())
        id_token = R"(,"id_token":")" + signer().token(with_nonce()) + '"';
      http.script.front().response.body =
          R"({"access_token":"at-1","token_type":"Bearer","expires_in":3600,"refresh_token":"rt-1")" +
          id_token + "}";
      return Person::approve(query);
    };
  }
  void expect_until_exchange() {
    http.expect("GET", document_url, 200, document());
    http.expect("GET", "https://idp.example.org/jwks", 200, signer().key_set());
    http.expect("POST", "https://idp.example.org/token", 200);
  }
  void expect_userinfo(const std::string& sub) {
    http.expect("GET", "https://idp.example.org/me", 200, R"({"sub":")" + sub + R"(","name":"Ada"})");
  }
  void expect_revoked() {
    for (const char* token : {"rt-1", "at-1"})
      http.expect("POST", "https://idp.example.org/revoke", 200).look = [token](const HttpRequest& request) {
        CHECK(single_field(*parse_form(request.body), "token") == token);
        CHECK(request.headers.back().second == "Basic " + base64_encode("my-cli:the+secret"));
      };
  }
  int login(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"login", "--issuer", issuer});
    return run(more);
  }
  [[nodiscard]] session::Credentials kept() const {
    return session::decode_credentials(keychain.items.at(other_session));
  }
  [[nodiscard]] std::string with_nonce() const {
    auto text = claims;
    if (const auto at = text.find("NONCE"); at != std::string::npos)
      text.replace(at, 5, nonce);
    return text;
  }

  Person person{*this};
  std::string nonce, id_token;
  std::string claims = R"({"iss":"https://idp.example.org","aud":"my-cli","sub":"u-1","nonce":"NONCE",)"
                       R"("iat":1795435200,"exp":1795438800})"; // the fake clock's now, and an hour
};

} // namespace

TEST_CASE("login at another issuer takes who signed in from the ID token that belongs to this sign-in") {
  OtherIssuer world;
  world.expect_until_exchange();
  world.http.script.back().look = [](const HttpRequest& request) {
    CHECK(request.headers.back() ==
          std::pair{std::string{"Authorization"}, "Basic " + base64_encode("my-cli:the+secret")});
    CHECK(request.body.find("secret") == std::string::npos);
  };
  world.expect_userinfo("u-1");

  CHECK(world.login() == 0);
  CHECK(world.nonce.size() == 43);
  CHECK(world.kept().sub == "u-1");
  CHECK(world.kept().username == "Ada");
  CHECK(world.terminal.output.starts_with("Signed in as Ada (profile default)\n"));
  for (const auto& request : world.http.requests) // document, keys, tokens, userinfo: all end
    CHECK(request.whole_limit == std::chrono::seconds{60});
}

TEST_CASE("RFC 8252 8.10: every issuer has a redirect URI of its own, on any port") {
  OtherIssuer world;
  world.expect_until_exchange();
  world.expect_userinfo("u-1");
  world.loopback.heads.push_back(get("/callback?code=of-another-server&state=its-own", "127.0.0.1:40000"));
  CHECK(world.login() == 0);
  CHECK(world.loopback.answers.front().starts_with("HTTP/1.1 404 "));
  CHECK(world.loopback.tried == std::vector<std::uint16_t>{0});
  CHECK(single_field(query_of(world.person.request), "redirect_uri") ==
        "http://127.0.0.1:40000/callback/idp.example.org");
}

TEST_CASE("offline_access is asked for where the issuer knows it, with the consent it wants for that") {
  OtherIssuer world;
  std::vector<std::string> words;
  std::string scope, prompt;
  std::string more = R"(,"scopes_supported":["openid","offline_access"])";
  SUBCASE("advertised") {
    scope = "openid profile offline_access";
    prompt = "consent";
  }
  SUBCASE("advertised, and not wanted") {
    words = {"--scope", "openid"};
    scope = "openid";
  }
  SUBCASE("not advertised") {
    more.clear();
    scope = "openid profile";
  }
  world.claims.clear();
  world.http.expect("GET", document_url, 200, document(more));
  world.http.expect("POST", "https://idp.example.org/token", 200);
  world.expect_userinfo("u-1");
  CHECK(world.login(words) == 0);
  CHECK(single_field(query_of(world.person.request), "scope") == scope);
  CHECK(single_field(query_of(world.person.request), "prompt").value_or("") == prompt);
}

TEST_CASE("an ID token that cannot be trusted keeps nothing, revokes what came with it, and exits 4") {
  OtherIssuer world;
  SUBCASE("of another sign-in") {
    world.claims.replace(world.claims.find("NONCE"), 5, "another");
  }
  SUBCASE("without the nonce that was sent") {
    world.claims.replace(world.claims.find("nonce"), 5, "dropped");
  }
  SUBCASE("expired, as this machine's clock has it") {
    world.clock.advance(std::chrono::minutes{61});
  }
  SUBCASE("of somebody who holds no key of the server's") {
    world.claims.clear();
    world.id_token = R"(,"id_token":")" + oauth::Signer{"ES256"}.token("{}") + '"';
  }
  world.expect_until_exchange();
  world.expect_revoked();
  CHECK(world.login() == 4);
  check_golden(world.terminal.errors);
  CHECK(world.terminal.output.empty());
  CHECK(world.keychain.items.empty());
  CHECK(world.loopback.answers.back().find("<h1>Sign-in failed</h1>") != std::string::npos);
}

TEST_CASE("OIDC Core 5.3.2: user information about somebody else than the ID token ends the sign-in") {
  OtherIssuer world;
  world.expect_until_exchange();
  world.expect_userinfo("u-2");
  world.expect_revoked();
  CHECK(world.login() == 4);
  check_golden(world.terminal.errors);
  CHECK(world.keychain.items.empty());
}

TEST_CASE("an ID token is enough where the userinfo endpoint does not answer") {
  OtherIssuer world;
  world.expect_until_exchange();
  world.http.expect("GET", "https://idp.example.org/me", 503);
  CHECK(world.login() == 0);
  CHECK(world.kept().sub == "u-1");
}

TEST_CASE("a server that gives no ID token is a plain OAuth server, and PKCE is what proves the code") {
  OtherIssuer world;
  world.claims.clear();
  world.expect_until_exchange();
  world.expect_userinfo("u-9");
  CHECK(world.login() == 0);
  CHECK(world.kept().sub == "u-9");
}

TEST_CASE(
    "an ID token of a server that publishes no keys is refused, and one that nobody asked for is ignored") {
  OtherIssuer world;
  world.http.expect("GET", document_url, 200, document(""));
  world.http.expect("POST", "https://idp.example.org/token", 200);
  SUBCASE("openid was asked for") {
    world.expect_revoked();
    CHECK(world.login() == 4);
    check_golden(world.terminal.errors);
  }
  SUBCASE("it was not") {
    world.expect_userinfo("u-9");
    CHECK(world.login({"--scope", "mail"}) == 0);
    CHECK(world.nonce.empty());
    CHECK(world.kept().sub == "u-9");
  }
}

TEST_CASE("Chutes gives no ID tokens and publishes no keys: one that came all the same would be ignored") {
  fakes::World world;
  Person person{world};
  world.http.expect(
      "POST", "https://api.chutes.ai/idp/token", 200,
      R"({"access_token":"cak_new","token_type":"Bearer","expires_in":3600,"id_token":"a.b.c"})");
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  CHECK(world.run({"login"}) == 0);
  CHECK(single_field(query_of(person.request), "nonce")->size() == 43);
  CHECK(kept_session(world).username == "ada");
}

TEST_CASE("a server that does not give its keys is known before any browser opens") {
  OtherIssuer world;
  world.http.expect("GET", document_url, 200, document());
  world.http.expect("GET", "https://idp.example.org/jwks", 500);
  CHECK(world.login() == 6);
  CHECK(world.browser.opened.empty());
}

TEST_CASE("iss: an answer without it is not the answer of a server that promises it") {
  OtherIssuer world;
  world.http.expect("GET", document_url, 200,
                    document(R"(,"authorization_response_iss_parameter_supported":true)"));
  std::string iss;
  int expected = 4;
  const auto begun = world.clock.steady();
  SUBCASE("missing") {
    world.person.decide = Person::approve;
  }
  SUBCASE("another") {
    world.person.decide = [](const FormFields& query) {
      return Person::approve(query) + "&" + encode_form({{"iss", "https://evil.example.net"}});
    };
  }
  SUBCASE("right") {
    expected = 0;
    world.http.expect("POST", "https://idp.example.org/token", 200, token_json);
    world.expect_userinfo("u-1");
    world.person.decide = [](const FormFields& query) {
      return Person::approve(query) + "&" + encode_form({{"iss", issuer}});
    };
  }
  CHECK(world.login({"--wait", "5m"}) == expected);
  CHECK(world.clock.steady() - begun < std::chrono::seconds{5}); // it ends the wait at once
  check_golden(world.terminal.errors);
  if (expected == 4)
    CHECK(world.loopback.answers.back().find("<h1>Sign-in failed</h1>") != std::string::npos);
}

namespace {

// Somebody who signs in at a server with another discovery document. None of these opens a browser.
void check_named(OtherIssuer& world, int code, std::initializer_list<const char*> facts) {
  CHECK(world.login() == code);
  CHECK(world.browser.opened.empty());
  for (const char* fact : facts)
    CHECK_MESSAGE(world.terminal.errors.find(fact) != std::string::npos, fact);
  check_golden(world.terminal.errors);
}

std::string with_issuer(const std::string& claimed) {
  auto text = document();
  return text.replace(text.find("https://"), std::string{issuer}.size(), claimed);
}

} // namespace

TEST_CASE("an issuer that differs by a slash is named before the browser opens, and the right one given") {
  OtherIssuer world;
  world.http.expect("GET", document_url, 200, with_issuer("https://idp.example.org/"));
  check_named(
      world, 6,
      {"is for another issuer: https://idp.example.org/\n", "use --issuer https://idp.example.org/\n"});
}

TEST_CASE("another issuer's discovery document is named, and its name is not recommended") {
  OtherIssuer world;
  world.http.expect("GET", document_url, 200, with_issuer("https://evil.example.net"));
  check_named(world, 6, {"https://evil.example.net\n", "check the issuer's URL"});
  CHECK(world.terminal.errors.find("--issuer https://evil") == std::string::npos);
}

TEST_CASE("a discovery document that redirects is named before the browser opens, with its target") {
  OtherIssuer world;
  std::string location, fact, hint = "check the issuer's URL";
  SUBCASE("to another host") {
    location = "https://login.example.org/tenant/.well-known/openid-configuration";
    fact = "redirects to " + location;
    hint = "use --issuer https://login.example.org/tenant\n";
  }
  SUBCASE("to another path") {
    location = "/realms/a/.well-known/openid-configuration";
    fact = "redirects to https://idp.example.org" + location;
    hint = "use --issuer https://idp.example.org/realms/a\n";
  }
  SUBCASE("to a page for people") {
    location = "https://www.example.org/sign-in?from=x";
    fact = location;
  }
  SUBCASE("to plain http") {
    location = "http://login.example.org/.well-known/openid-configuration";
    fact = location;
  }
  SUBCASE("to nowhere") {
    fact = "redirects to nowhere";
  }
  SUBCASE("to something that writes on the terminal") {
    location = "https://x\x1b[2J\nhint: trust me";
    fact = "https://x hint: trust me";
  }
  world.http.expect("GET", document_url, 301).response.headers = {{"Location", location}};
  world.http.expect("GET", "https://idp.example.org/.well-known/oauth-authorization-server", 404);
  check_named(world, 6, {fact.c_str(), hint.c_str()});
}

TEST_CASE("RFC 8414: a server that redirects strangers to a page may have its document at the other place") {
  OtherIssuer world;
  world.http.expect("GET", document_url, 302).response.headers = {{"Location", "/sign-in"}};
  world.http.expect("GET", "https://idp.example.org/.well-known/oauth-authorization-server", 200, document());
  world.http.expect("GET", "https://idp.example.org/jwks", 200, signer().key_set());
  world.http.expect("POST", "https://idp.example.org/token", 200);
  world.expect_userinfo("u-1");
  CHECK(world.login() == 0);
}

TEST_CASE("a provider whose ID tokens could not be verified is named before the browser opens") {
  OtherIssuer world;
  std::string algorithms = R"(["RS512","HS256"])";
  SUBCASE("openid is requested") {
    world.http.expect("GET", document_url, 200,
                      document(R"(,"id_token_signing_alg_values_supported":)" + algorithms));
    check_named(world, 6, {"RS512, HS256", "RS256", "--scope"});
  }
  SUBCASE("openid is not requested") {
    world.http.expect("GET", document_url, 200,
                      document(R"(,"id_token_signing_alg_values_supported":)" + algorithms));
    world.http.expect("POST", "https://idp.example.org/token", 200);
    world.expect_userinfo("u-1");
    world.claims.clear();
    CHECK(world.login({"--scope", "mail"}) == 0);
  }
  SUBCASE("one of them is known") {
    algorithms = R"(["RS512","ES256"])";
    world.http.expect(
        "GET", document_url, 200,
        document(R"(,"jwks_uri":"https://idp.example.org/jwks","id_token_signing_alg_values_supported":)" +
                 algorithms));
    world.http.expect("GET", "https://idp.example.org/jwks", 200, signer().key_set());
    world.http.expect("POST", "https://idp.example.org/token", 200);
    world.expect_userinfo("u-1");
    CHECK(world.login() == 0);
  }
}

TEST_CASE("RFC 6749 3.3: no scope is forced on a plain OAuth server, which has a default of its own") {
  OtherIssuer world;
  std::string more;
  std::string scope;
  SUBCASE("it publishes none") {}
  SUBCASE("it publishes its own") {
    more = R"(,"scopes_supported":["mail"])";
  }
  SUBCASE("it knows openid") {
    more = R"(,"scopes_supported":["openid"])";
    scope = "openid profile";
  }
  SUBCASE("it publishes what only OpenID providers have") {
    more = R"(,"subject_types_supported":["public"])";
    scope = "openid profile";
  }
  world.claims.clear();
  world.http.expect("GET", document_url, 200,
                    R"({"issuer":"https://idp.example.org",)"
                    R"("authorization_endpoint":"https://idp.example.org/authorize",)"
                    R"("token_endpoint":"https://idp.example.org/token")" +
                        more + "}");
  world.http.expect("POST", "https://idp.example.org/token", 200);
  CHECK(world.login() == 0);
  CHECK(single_field(query_of(world.person.request), "scope").value_or("") == scope);
  CHECK(count_field(query_of(world.person.request), "scope") == (scope.empty() ? 0 : 1));
  check_golden(world.terminal.output);
}

namespace {

// Somebody who has signed in there.
struct SignedInThere : OtherIssuer {
  SignedInThere() {
    expect_until_exchange();
    expect_userinfo("u-1");
    REQUIRE(login() == 0);
    terminal.output.clear();
    variables.erase("CHUTES_OAUTH_CLIENT_ID"); // what login kept is enough from here on
    variables.erase("CHUTES_OAUTH_CLIENT_SECRET");
  }
  fakes::ScriptedHttp::Exchange& expect_refresh(const std::string& sub) {
    return http.expect(
        "POST", "https://idp.example.org/token", 200,
        R"({"access_token":"at-2","token_type":"Bearer","expires_in":3600,"refresh_token":"rt-2","id_token":")" +
            signer().token(R"({"iss":"https://idp.example.org","aud":"my-cli","sub":")" + sub + "\"}") +
            "\"}");
  }
  int run_there(std::vector<std::string> words) {
    words.insert(words.end(), {"--issuer", issuer});
    return run(words);
  }
};

} // namespace

TEST_CASE("a discovery document is kept for a day, so that a command need not ask for it first") {
  SignedInThere world;
  SUBCASE("within the day") {
    world.clock.advance(std::chrono::hours{23});
    world.expect_refresh("u-1");
  }
  SUBCASE("a day later") {
    world.clock.advance(std::chrono::hours{24});
    world.http.expect("GET", document_url, 200, document());
    world.expect_refresh("u-1");
  }
  SUBCASE("a clock that was set back") {
    world.clock.advance(-std::chrono::hours{1});
    world.http.expect("GET", document_url, 200, document());
    world.expect_refresh("u-1");
  }
  CHECK(world.run_there({"refresh"}) == 0);
  CHECK(world.kept().access_token == Secret{"at-2"});
}

TEST_CASE("a kept discovery document is judged as one that has just come") {
  SignedInThere world;
  auto& file =
      world.files.files.at("/home/ada/.cache/chutes-login/discovery-aHR0cHM6Ly9pZHAuZXhhbXBsZS5vcmc.json");
  auto text = file.reveal();
  SUBCASE("it leads elsewhere") {
    for (auto at = text.find("/token"); at != std::string::npos; at = text.find("/token", at + 1))
      text.replace(at - 11, 11, "example.net");
  }
  SUBCASE("it is of another issuer") {
    text.replace(text.find("idp.example.org"), 15, "idp.example.net");
  }
  SUBCASE("it is damaged") {
    text = "{";
  }
  file = Secret{text};
  world.http.expect("GET", document_url, 200, document());
  world.expect_refresh("u-1");
  CHECK(world.run_there({"refresh"}) == 0);
}

TEST_CASE("a cache that cannot be used costs a question, and no command") {
  OtherIssuer world;
  world.variables.erase("HOME"); // and with it the configuration, which must be readable
  world.variables["XDG_CACHE_HOME"] = "/cache";
  world.files.disk_full = true;
  world.expect_until_exchange();
  world.expect_userinfo("u-1");
  CHECK(world.login() == 0);
  CHECK(world.files.files.empty());
  world.files.unreadable = true;
  world.http.expect("GET", document_url, 200, document());
  world.http.expect("GET", "https://idp.example.org/me", 200, R"({"sub":"u-1"})");
  CHECK(world.run({"whoami", "--issuer", issuer}) == 0);
}

TEST_CASE("a sign-in requests the discovery document again: the server may have moved") {
  SignedInThere world;
  world.variables["CHUTES_OAUTH_CLIENT_ID"] = "my-cli";
  world.variables["CHUTES_OAUTH_CLIENT_SECRET"] = "the secret";
  world.person.came_back = false;
  world.loopback.answers.clear();
  world.expect_until_exchange();
  world.expect_userinfo("u-1");
  world.expect_revoked(); // the session that this one replaces
  CHECK(world.login() == 0);
}

TEST_CASE("OIDC Core 12.2: a refresh that brings another account's tokens ends the session") {
  SignedInThere world;
  world.expect_refresh("u-2");
  for (const char* token : {"rt-2", "at-2"})
    world.http.expect("POST", "https://idp.example.org/revoke", 200).look =
        [token](const HttpRequest& request) {
          CHECK(single_field(*parse_form(request.body), "token") == token);
        };
  CHECK(world.run_there({"refresh"}) == 3);
  CHECK(world.kept().refused->reason == session::Refusal::Reason::other_account);
  const auto said = world.terminal.errors;
  check_golden(said);
  world.terminal.errors.clear();
  CHECK(world.kept().access_token == Secret{"at-1"});

  world.clock.advance(std::chrono::hours{1});
  CHECK(world.run_there({"token"}) == 3);
  CHECK(said.ends_with(world.terminal.errors));
}

TEST_CASE("logout at another issuer revokes as the client, with the secret that login kept") {
  SignedInThere world;
  world.expect_revoked();
  CHECK(world.run_there({"logout"}) == 0);
  CHECK_FALSE(world.keychain.items.contains(other_session));
}

TEST_CASE("logout at a server that does not revoke says so and until when the tokens live, and exits 0") {
  OtherIssuer world;
  auto no_revocation = document();
  const auto at = no_revocation.find(R"("revocation_endpoint")");
  no_revocation.erase(at, no_revocation.find(R"("introspection_endpoint")") - at);
  world.http.expect("GET", document_url, 200, no_revocation);
  world.http.expect("GET", "https://idp.example.org/jwks", 200, signer().key_set());
  world.http.expect("POST", "https://idp.example.org/token", 200);
  world.expect_userinfo("u-1");
  REQUIRE(world.login() == 0);
  world.terminal.output.clear();
  world.terminal.errors.clear();
  std::vector<std::string> words{"logout", "--issuer", issuer};
  SUBCASE("for people") {
    CHECK(world.run(words) == 0);
    for (const char* fact : {"access token", "2026-11-23T13:00:00Z", "refresh token"})
      CHECK(world.terminal.errors.find(fact) != std::string::npos);
    check_golden(world.terminal.errors);
  }
  SUBCASE("for programs") {
    words.emplace_back("--json");
    CHECK(world.run(words) == 0);
    CHECK(world.terminal.output == "[{\"profile\":\"default\",\"revoked\":false}]\n");
  }
  SUBCASE("with its profile") {
    CHECK(world.run({"profile", "remove", "default", "--yes", "--issuer", issuer}) == 0);
  }
  SUBCASE("an access token that has expired is not mentioned") {
    world.clock.advance(std::chrono::hours{2});
    CHECK(world.run(words) == 0);
    CHECK(world.terminal.errors.find("access token") == std::string::npos);
  }
  CHECK_FALSE(world.keychain.items.contains(other_session));
}

TEST_CASE("RFC 7009 2.2.1: an access token that the server does not revoke is told, and no failure") {
  SignedInThere world;
  world.http.expect("POST", "https://idp.example.org/revoke", 200);
  world.http.expect("POST", "https://idp.example.org/revoke", 400, R"({"error":"unsupported_token_type"})");
  CHECK(world.run_there({"logout"}) == 0);
  CHECK(world.terminal.errors.find("access token") != std::string::npos);
  CHECK(world.terminal.errors.find("refresh token") == std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("whoami at another issuer shows the name that its users go by") {
  SignedInThere world;
  world.http.expect("GET", "https://idp.example.org/me", 200,
                    R"({"sub":"u-1","preferred_username":"ada","name":"Ada L.","email":"ada@example.org"})");
  CHECK(world.run_there({"whoami"}) == 0);
  for (const char* fact : {"  ada\n", "  Ada L.\n", "  ada@example.org\n", "  u-1\n"})
    CHECK(world.terminal.output.find(fact) != std::string::npos);
  check_golden(world.terminal.output);
}

TEST_CASE("logout at another issuer ends the session here although its discovery document does not come") {
  SignedInThere world;
  world.clock.advance(std::chrono::hours{25}); // the one that was kept is too old
  int status = 503;
  SUBCASE("the server is out of order") {}
  SUBCASE("it was asked too often") {
    status = 429;
  }
  world.http.expect("GET", document_url, status, "{}");
  CHECK(world.run_there({"logout"}) == 5);
  CHECK_FALSE(world.keychain.items.contains(other_session));
}

TEST_CASE(
    "logout at another issuer ends the session here although the client's registration cannot be read") {
  SignedInThere world;
  world.keychain.items[{"default", issuer, "client"}] = Secret{"{"};
  for (int i = 0; i < 2; ++i)
    world.http.expect("POST", "https://idp.example.org/revoke", 401).look = [](const HttpRequest& request) {
      CHECK(single_field(*parse_form(request.body), "client_id") == "my-cli");
    };
  CHECK(world.run_there({"logout"}) == 5);
  CHECK_FALSE(world.keychain.items.contains(other_session));
}

TEST_CASE("--client-auth says how a client's secret is sent where it was registered otherwise, and is kept") {
  OtherIssuer world;
  world.variables.erase("CHUTES_OAUTH_CLIENT_ID");
  world.terminal.input = "the secret";
  world.terminal.input_piped = true;
  world.expect_until_exchange();
  const auto in_body = [](const HttpRequest& request) {
    CHECK(single_field(*parse_form(request.body), "client_secret") == "the secret");
    CHECK(request.headers.back().first != "Authorization");
  };
  world.http.script.back().look = in_body;
  world.expect_userinfo("u-1");
  CHECK(world.login({"--client-id", "my-cli", "--client-secret-stdin", "--client-auth", "post"}) == 0);
  world.http.expect("POST", "https://idp.example.org/token", 200, token_json).look = in_body;
  CHECK(world.run({"refresh", "--issuer", issuer}) == 0);

  CHECK(world.login({"--client-auth", "post"}) == 2);
  CHECK(world.terminal.errors.find("--client-id") != std::string::npos);
}

TEST_CASE("a token of another issuer's session is never sent to a host of the service") {
  OtherIssuer world;
  world.expect_until_exchange();
  world.expect_userinfo("u-1");
  REQUIRE(world.login() == 0);
  world.terminal.errors.clear();

  SUBCASE("a question") {
    CHECK(world.run({"invoke", "--issuer", issuer, "-m", "m", "hello"}) == 2);
  }
  SUBCASE("a batch") {
    world.line_files.files["in.jsonl"] = "{}\n";
    CHECK(world.run({"invoke", "--issuer", issuer, "-m", "m", "--batch", "in.jsonl"}) == 2);
  }
  // and no request was expected
  for (const char* fact : {"idp.example.org", "llm.chutes.ai", "--issuer", "CHUTES_OIDC_ISSUER"})
    CHECK(world.terminal.errors.find(fact) != std::string::npos);
}
