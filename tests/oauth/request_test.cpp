// What goes out: verifier, state, scope, redirect URI and the authorization request made of them.
#include "base/error.hpp"
#include "fakes/random.hpp"
#include "oauth/authorization_request.hpp"
#include "oauth/pkce.hpp"
#include "oauth/redirection/redirect_uri.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>

using namespace chutes;
using namespace chutes::oauth;

namespace {

// Gives the octets of RFC 7636 appendix B.
class AppendixB final : public Random {
public:
  void fill(std::span<std::byte> bytes) override {
    constexpr std::array<unsigned char, 32> octets{116, 24,  223, 180, 151, 153, 224, 37,  79,  250, 96,
                                                   125, 216, 173, 187, 186, 22,  212, 37,  77,  105, 214,
                                                   191, 240, 91,  88,  5,   88,  83,  132, 141, 121};
    REQUIRE(bytes.size() == octets.size());
    std::transform(octets.begin(), octets.end(), bytes.begin(), [](unsigned char c) { return std::byte{c}; });
  }
};

class FailingRandom final : public Random {
public:
  void fill(std::span<std::byte>) override { throw Error{ErrorKind::internal, "no chance"}; }
};

AuthorizationRequest example_request() {
  return {.client_id = "cid_example",
          .redirect_uri = "http://127.0.0.1:28417/callback",
          .scope = {"openid", "profile", "chutes:invoke"},
          .state = State{"the-state"},
          .code_challenge = "the-challenge",
          .nonce = std::nullopt,
          .ask_consent = false};
}

} // namespace

TEST_CASE("RFC 7636 appendix B: the example octets give the example verifier and its challenge") {
  AppendixB random;

  const auto verifier = CodeVerifier::generate(random);

  CHECK(verifier.value().reveal() == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  CHECK(verifier.challenge() == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_CASE("a code verifier has 43 unreserved characters and is never the same twice") {
  fakes::CountingRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 8; ++i) { // the fake's bytes repeat after 256
    const auto verifier = CodeVerifier::generate(random);
    CHECK(verifier.value().reveal().size() == 43);
    CHECK(verifier.value().reveal().find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos);
    CHECK(verifier.challenge().size() == 43);
    CHECK(verifier.challenge() != verifier.value().reveal());
    seen.insert(verifier.value().reveal());
  }
  CHECK(seen.size() == 8);
}

TEST_CASE("without chance there is neither a verifier nor a state") {
  FailingRandom random;
  CHECK_THROWS_AS(static_cast<void>(CodeVerifier::generate(random)), Error);
  CHECK_THROWS_AS(static_cast<void>(State::generate(random)), Error);
}

TEST_CASE("a state has 256 bits and matches nothing but itself") {
  fakes::CountingRandom random;
  const auto state = State::generate(random);

  CHECK(state.value() == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  CHECK(state.matches(state.value()));
  CHECK_FALSE(state.matches(""));
  CHECK_FALSE(state.matches(state.value().substr(1)));
  CHECK_FALSE(state.matches(state.value().substr(0, 42)));
  CHECK_FALSE(state.matches(state.value() + "A"));
  CHECK_FALSE(state.matches("aAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"));
  CHECK_FALSE(State{""}.matches("")); // no state is no proof
}

TEST_CASE("a scope is a list without repetitions, in the order given") {
  CHECK(parse_scope("") == Scope{});
  CHECK(parse_scope("  openid  profile openid ") == Scope{"openid", "profile"});
  CHECK(scope_text({"openid", "chutes:invoke"}) == "openid chutes:invoke");
  CHECK(scope_text({}) == "");
  CHECK(parse_scope("a\x1b[31mb\nforged\tc\x7F\xC2\x9B\\d\"e") ==
        Scope{"a", "[31mb", "forged", "c", "d", "e"});
  CHECK(missing_from({"openid", "profile", "admin"}, {"profile", "openid", "quota"}) == Scope{"admin"});
  CHECK(missing_from({}, {"openid"}) == Scope{});
}

TEST_CASE(
    "the authorization request names everything RFC 6749 4.1.1 and RFC 7636 4.3 want, encoded as a form") {
  auto request = example_request();

  CHECK(request.url(*Url::parse("https://api.chutes.ai/idp/authorize")).text() ==
        "https://api.chutes.ai/idp/authorize?response_type=code&client_id=cid_example"
        "&redirect_uri=http%3A%2F%2F127.0.0.1%3A28417%2Fcallback&scope=openid+profile+chutes%3Ainvoke"
        "&state=the-state&code_challenge=the-challenge&code_challenge_method=S256");

  request.nonce = "n & m";
  CHECK(request.url(*Url::parse("https://api.chutes.ai/idp/authorize"))
            .text()
            .ends_with("&code_challenge_method=S256&nonce=n+%26+m"));
}

TEST_CASE("RFC 6749 3.1: a query that the authorization endpoint has already is kept") {
  const auto request = example_request();

  CHECK(request.url(*Url::parse("https://idp.example.org/authorize?tenant=a%20b"))
            .text()
            .starts_with("https://idp.example.org/authorize?tenant=a%20b&response_type=code&"));
  CHECK(request.url(*Url::parse("https://idp.example.org/authorize?"))
            .text()
            .starts_with("https://idp.example.org/authorize?response_type=code&"));
}

TEST_CASE("a redirect URI is loopback http with a path, and stays as it was written") {
  const auto uri = RedirectUri::parse("http://127.0.0.1:28417/callback/");
  REQUIRE(uri);
  CHECK(uri->text == "http://127.0.0.1:28417/callback/");
  CHECK(uri->family() == LoopbackFamily::ipv4);
  CHECK_FALSE(uri->any_port());

  CHECK(RedirectUri::parse("http://[::1]:28417/cb")->family() == LoopbackFamily::ipv6);
  CHECK(RedirectUri::parse("http://localhost:28417/cb")->family() == LoopbackFamily::localhost);
  CHECK(RedirectUri::parse("http://127.0.0.1/cb")->any_port());
  CHECK(RedirectUri::parse("http://127.0.0.1/cb")->with_port(40000).text == "http://127.0.0.1:40000/cb");
  CHECK(RedirectUri::parse("http://[::1]/cb")->with_port(40000).text == "http://[::1]:40000/cb");

  for (const char* text :
       {"", "callback", "https://127.0.0.1:1/cb", "http://127.0.0.1:28417", "http://127.0.0.1:28417/cb?a=b",
        "http://127.0.0.1:28417/cb?", "http://127.0.0.1:28417/cb#f", "http://127.0.0.2:28417/cb",
        "http://127.0.0.1.evil.test/cb", "http://user@127.0.0.1:28417/cb", "http://0.0.0.0:28417/cb",
        "http://127.0.0.1:0/cb", "http://127.0.0.1:65536/cb", "http://127.0.0.1:28417//cb",
        "http://127.0.0.1:28417/a b", "http://127.0.0.1:28417/cb\r\nX: y", "myapp://callback",
        "http://2130706433/cb"})
    CHECK_MESSAGE(!RedirectUri::parse(text), text);
}
