// The redirection endpoint against a scripted loopback: which port it takes, whom it believes, how it ends.
#include "fakes/clock.hpp"
#include "fakes/loopback.hpp"
#include "fakes/random.hpp"
#include "oauth/failure.hpp"
#include "oauth/redirection/redirection_endpoint.hpp"

using namespace chutes;
using namespace chutes::oauth;

namespace {

std::vector<RedirectUri> uris(std::initializer_list<const char*> texts) {
  std::vector<RedirectUri> result;
  for (const char* text : texts)
    result.push_back(*RedirectUri::parse(text));
  return result;
}

std::string get(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:28417\r\n" + headers + "\r\n";
}

std::string status_of(const std::string& response) {
  return response.substr(9, 3);
}

struct Endpoint {
  fakes::ScriptedLoopback loopback;
  fakes::CountingRandom random;
  fakes::FixedClock clock;
  State state{"our-state"};
  IssuerPolicy issuer{"https://idp.example.org", false};

  RedirectionEndpoint open(std::initializer_list<const char*> texts = {"http://127.0.0.1:28417/callback"},
                           bool any_port_allowed = false) {
    auto redirection = RedirectionEndpoint::open(uris(texts), any_port_allowed, loopback, random, clock);
    redirection.redirect_start_to(*Url::parse("https://idp.example.org/authorize?client_id=cid"));
    return redirection;
  }
  std::optional<AuthorizationResponse> await(RedirectionEndpoint& redirection) {
    return redirection.await_response(state, issuer, clock.steady() + std::chrono::seconds{1});
  }
  std::vector<std::string> statuses() const {
    std::vector<std::string> result;
    for (const auto& answer : loopback.answers)
      result.push_back(status_of(answer));
    return result;
  }
};

std::string code_of(const std::optional<AuthorizationResponse>& response) {
  REQUIRE(response);
  return std::get<AuthorizationCode>(*response).code.reveal();
}

using Ports = std::vector<std::uint16_t>;
using Statuses = std::vector<std::string>;

} // namespace

TEST_CASE("the first free registered port is taken, and its redirect URI used as registered") {
  Endpoint world;
  world.loopback.taken = {28417, 28418};

  const auto redirection = world.open({"http://127.0.0.1:28417/callback", "http://127.0.0.1:28418/callback",
                                       "http://127.0.0.1:28419/callback/"});

  CHECK(redirection.redirect_uri() == "http://127.0.0.1:28419/callback/");
  CHECK(world.loopback.tried == Ports{28417, 28418, 28419});
  CHECK(world.loopback.open_listeners == 1);
}

TEST_CASE("when every registered port is taken the error names every holder") {
  Endpoint world;
  world.loopback.taken = {28417, 28418};

  const auto failure = failure_of([&] {
    static_cast<void>(world.open({"http://127.0.0.1:28417/callback", "http://127.0.0.1:28418/callback"}));
  });
  CHECK(failure == Failure{ErrorKind::not_authorized});
  CHECK(failure.message.find("28417 by nginx (pid 4711), 28418 by nginx (pid 4711)") != std::string::npos);
  check_golden(failure.text());
  CHECK(world.loopback.open_listeners == 0);
}

TEST_CASE("RFC 8252 7.3: a URI without a port takes any free one where the server allows that, else none") {
  Endpoint world;
  const auto redirection = world.open({"http://127.0.0.1/callback"}, true);
  CHECK(redirection.redirect_uri() == "http://127.0.0.1:40000/callback");
  CHECK(redirection.start_url().origin() == "http://127.0.0.1:40000");
  CHECK(world.loopback.tried == Ports{0});

  Endpoint exact;
  const auto failure =
      failure_of([&] { static_cast<void>(exact.open({"http://127.0.0.1/callback"}, false)); });
  CHECK(failure == Failure{ErrorKind::usage});
  check_golden(failure.text());
  CHECK(exact.loopback.tried == Ports{});
  CHECK(exact.open({"http://127.0.0.1/callback", "http://127.0.0.1:28417/callback"}, false).redirect_uri() ==
        "http://127.0.0.1:28417/callback");
}

TEST_CASE("a redirect URI with localhost listens on both addresses the name may have") {
  Endpoint world;
  const auto redirection = world.open({"http://localhost:28417/callback"});
  CHECK(redirection.redirect_uri() == "http://localhost:28417/callback");
  CHECK(world.loopback.families == std::vector{LoopbackFamily::localhost});
}

TEST_CASE("the start address leads to the authorization endpoint once, and to nobody who cannot know it") {
  Endpoint world;
  auto redirection = world.open();
  const auto start = redirection.start_url();
  CHECK(start.text() == "http://127.0.0.1:28417/start/AAECAwQFBgcICQoLDA0ODw"); // 128 bits
  world.loopback.heads = {get("/start/"),
                          get("/start/AAECAwQFBgcICQoLDA0ODx"),
                          get(start.path + "?x"),
                          get(start.path + "/"),
                          get("/"),
                          get(start.path, "Sec-Purpose: prefetch\r\n"),
                          get(start.path, "Origin: https://evil.test\r\n"),
                          get(start.path),
                          get(start.path)};

  CHECK_FALSE(world.await(redirection));

  CHECK(world.statuses() == Statuses{"404", "404", "404", "404", "404", "204", "403", "303", "404"});
  CHECK(world.loopback.answers[7].find("\r\nLocation: https://idp.example.org/authorize?client_id=cid\r\n") !=
        std::string::npos);
}

TEST_CASE("a code with our state is the answer, and its browser waits until the outcome is known") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/callback?code=the+code&state=our-state"), get("/done")};

  CHECK(code_of(world.await(redirection)) == "the code");
  CHECK(world.loopback.answers.empty());

  redirection.finish(CallbackPage::signed_in("ada", "default"));
  CHECK(world.statuses() == Statuses{"303", "200"});
  CHECK(world.loopback.answers[0].find("\r\nLocation: /done\r\n") != std::string::npos);
  CHECK(world.loopback.answers[1] == page_response(CallbackPage::signed_in("ada", "default")));
  CHECK(world.loopback.open_listeners == 0);
}

TEST_CASE("an error with our state is an answer, a forged one is not") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/callback?error=access_denied"),
                          get("/callback?error=access_denied&state=guess"),
                          get("/callback?error=access_denied&state=our-state")};

  const auto response = world.await(redirection);

  REQUIRE(response);
  CHECK(std::get<AuthorizationError>(*response).error == "access_denied");
  CHECK(world.statuses() == Statuses{"400", "400"});
}

TEST_CASE("strangers are answered, change nothing, and the sign-in goes on") {
  Endpoint world;
  auto redirection = world.open();
  const std::string ours = "/callback?code=abc&state=our-state";
  world.loopback.heads = {get("/favicon.ico"),
                          get("/callback"),
                          get("/callback?code=abc&state=other"),
                          get("/callback?code=abc&state=our-state&state=our-state"),
                          get("/callback/?code=abc&state=our-state"),
                          get("/Callback?code=abc&state=our-state"),
                          get("/%63allback?code=abc&state=our-state"),
                          get("//callback?code=abc&state=our-state"),
                          get("/done"),
                          "HEAD " + ours + " HTTP/1.1\r\nHost: 127.0.0.1:28417\r\n\r\n",
                          "GET " + ours + " HTTP/1.1\r\nHost: evil.test:28417\r\n\r\n",
                          get(ours, "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"),
                          get(ours, "Purpose: prefetch\r\n"),
                          "\x16\x03\x01\x02",
                          get(ours)};

  CHECK(code_of(world.await(redirection)) == "abc");
  CHECK(world.statuses() == Statuses{"404", "400", "400", "400", "404", "404", "404", "400", "404", "405",
                                     "421", "403", "204", "400"});
}

TEST_CASE("from the thousandth stranger on they are hung up on, and the true redirect still counts") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads.assign(999, get("/favicon.ico"));
  CHECK_FALSE(world.await(redirection)); // counted across waits
  for (int i = 0; i < 500; ++i)
    world.loopback.heads.push_back(get("/callback?code=abc&state=guess"));
  world.loopback.heads.push_back("\x16\x03\x01\x02");
  world.loopback.heads.push_back(get("/callback?code=abc&state=our-state"));

  CHECK(code_of(world.await(redirection)) == "abc");
  CHECK(redirection.unrelated_requests() == 1500);
  CHECK(world.loopback.answers.size() == 1000);
}

TEST_CASE("a second, different code with our state is noticed, however many strangers come before it") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/callback?code=abc&state=our-state"), get("/favicon.ico"),
                          get("/callback?code=other&state=guess"),
                          get("/callback?code=other&state=our-state"), get("/never-heard")};
  const Secret code{code_of(world.await(redirection))};

  CHECK(redirection.answered_otherwise(code, world.state, world.issuer));
  CHECK(world.statuses() == Statuses{"404", "400", "400"});
}

TEST_CASE("another server's response with our state counts as a second one") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/callback?code=abc&state=our-state"),
                          get("/callback?code=abc&state=our-state&iss=https%3A%2F%2Fevil.example")};
  const Secret code{code_of(world.await(redirection))};

  CHECK(redirection.answered_otherwise(code, world.state, world.issuer));
}

TEST_CASE("the same answer once more is a reload, and is told that the sign-in is under way") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/callback?code=abc&state=our-state"),
                          get("/callback?state=our-state&code=abc"),
                          get("/callback?error=access_denied&state=our-state")};
  const Secret code{code_of(world.await(redirection))};

  CHECK_FALSE(redirection.answered_otherwise(code, world.state, world.issuer));
  CHECK_FALSE(redirection.answered_otherwise(code, world.state, world.issuer));
  CHECK(world.statuses() == Statuses{"200", "400"});
  CHECK(world.loopback.answers[0] == page_response(CallbackPage::waiting()));
}

TEST_CASE("a stream of strangers cannot hold up the look for a second answer") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads.assign(10'000, get("/favicon.ico"));

  CHECK_FALSE(redirection.answered_otherwise(Secret{"abc"}, world.state, world.issuer));
  CHECK(world.loopback.heads.size() > 9'000);
}

TEST_CASE("connections of other users are told apart from strangers") {
  Endpoint world;
  world.loopback.rejected_connections = 3;
  const auto redirection = world.open();
  CHECK(redirection.rejected_connections() == 3);
  CHECK(redirection.unrelated_requests() == 0);
}

TEST_CASE("the end page is shown to whoever asks for it, and nothing else happens while it waits") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/callback?code=abc&state=our-state"),
                          get("/callback?code=other&state=our-state"), get("/favicon.ico"), get("/done"),
                          get("/done")};
  CHECK(code_of(world.await(redirection)) == "abc");

  redirection.finish(CallbackPage::failed("the keychain is locked", "unlock it"));

  CHECK(world.statuses() == Statuses{"303", "404", "404", "200"});
  CHECK(world.loopback.answers[1].find("Nothing here") != std::string::npos);
  CHECK(world.loopback.heads.size() == 1); // the page is served once
  CHECK(world.loopback.open_listeners == 0);
}

TEST_CASE("a stream of strangers cannot keep the end page waiting for longer than three seconds") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/callback?code=abc&state=our-state")};
  CHECK(code_of(world.await(redirection)) == "abc");
  world.loopback.on_empty = [&] {
    world.clock.advance(std::chrono::seconds{1});
    world.loopback.heads.push_back(get("/favicon.ico"));
  };

  redirection.finish(CallbackPage::signed_in("ada", "default"));

  CHECK(world.statuses() == Statuses{"303", "404", "404", "404"});
}

TEST_CASE("finishing without a waiting browser, or twice, only stops listening") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/done")};

  redirection.finish(CallbackPage::failed("a", "b"));
  redirection.finish(CallbackPage::failed("a", "b"));

  CHECK(world.loopback.answers.empty());
  CHECK(world.loopback.open_listeners == 0);
}

TEST_CASE("a listener that breaks while the page is shown does not change the outcome") {
  Endpoint world;
  auto redirection = world.open();
  world.loopback.heads = {get("/callback?code=abc&state=our-state")};
  CHECK(code_of(world.await(redirection)) == "abc");
  world.loopback.on_empty = [] { throw Error{ErrorKind::interrupted, "interrupted"}; };

  redirection.finish(CallbackPage::signed_in("ada", "default"));

  CHECK(world.statuses() == Statuses{"303"});
  CHECK(world.loopback.open_listeners == 0);
}

TEST_CASE("the listener goes away with the endpoint, however the sign-in ends") {
  Endpoint world;
  { const auto redirection = world.open(); }
  CHECK(world.loopback.open_listeners == 0);
}
