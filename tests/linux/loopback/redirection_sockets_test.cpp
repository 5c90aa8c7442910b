// The redirection endpoint on real sockets: a browser's whole way through it, and a bad neighbourhood.
#include "base/form.hpp"
#include "linux/linux_platform.hpp"
#include "linux/loopback/loopback_sockets.hpp"
#include "linux/probe.hpp"
#include "linux/process/system_random.hpp"
#include "oauth/redirection/redirection_endpoint.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace chutes;
using namespace chutes::oauth;
using namespace chutes::on_linux;

namespace {

std::string location_in(const std::string& response) {
  const auto begin = response.find("\r\nLocation: ") + 12;
  return response.substr(begin, response.find("\r\n", begin) - begin);
}

struct Endpoint {
  Endpoint() {
    redirection.redirect_start_to(*Url::parse("https://idp.example.org/authorize?client_id=cid"));
  }

  SignalWatch signals;
  LoopbackSockets loopback{PeerCheck::only(), signals};
  SystemRandom random;
  SystemClock clock;
  RedirectionEndpoint redirection = RedirectionEndpoint::open(
      {*RedirectUri::parse("http://127.0.0.1/callback")}, true, loopback, random, clock);
  Url url = *Url::parse(redirection.redirect_uri());
  State state = State::generate(random);

  std::optional<AuthorizationResponse> await() {
    return redirection.await_response(state, {"https://idp.example.org", false},
                                      clock.steady() + std::chrono::seconds{20});
  }
  [[nodiscard]] std::string request(const std::string& method, const std::string& target) const {
    return method + " " + target + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n\r\n";
  }
  [[nodiscard]] std::string ask(const std::string& method, const std::string& target) const {
    Probe probe{url.port};
    return probe.say(request(method, target)).hear();
  }
  [[nodiscard]] std::string answer_target() const {
    return "/callback?" + encode_form({{"code", "the-code"}, {"state", state.value()}});
  }
};

} // namespace

TEST_CASE(
    "a browser starts, comes back, waits for the outcome and is shown it at an address without the code") {
  Endpoint world;
  std::string started, came_back, shown;
  std::thread browser{[&] {
    started = world.ask("GET", world.redirection.start_url().target());
    came_back = world.ask("GET", world.answer_target());
    shown = world.ask("GET", location_in(came_back));
  }};

  const auto response = world.await();
  const auto page = CallbackPage::signed_in("ada", "default");
  world.redirection.finish(page);
  browser.join();

  REQUIRE(response);
  CHECK(std::get<AuthorizationCode>(*response).code == Secret{"the-code"});
  CHECK(location_in(started) == "https://idp.example.org/authorize?client_id=cid");
  CHECK(location_in(came_back) == "/done");
  CHECK(shown == page_response(page));
  CHECK_FALSE(Probe{world.url.port}.connected);
}

TEST_CASE(
    "a HEAD, a guess and a wrong Host do no harm, and a crowd of half-open connections does not either") {
  Endpoint world;
  std::vector<std::string> strangers;
  std::thread browser{[&] {
    std::vector<Probe> crowd;
    for (int i = 0; i < 100; ++i)
      crowd.emplace_back(world.url.port).say("GET /callback?code=");
    strangers.push_back(world.ask("HEAD", world.answer_target()));
    strangers.push_back(world.ask("GET", "/callback?code=the-code&state=guess"));
    Probe rebound{world.url.port};
    strangers.push_back(
        rebound.say("GET " + world.answer_target() + " HTTP/1.1\r\nHost: evil.test\r\n\r\n").hear());
    static_cast<void>(world.ask("GET", location_in(world.ask("GET", world.answer_target()))));
  }};

  const auto response = world.await();
  world.redirection.finish(CallbackPage::signed_in("ada", "default"));
  browser.join();

  REQUIRE(response);
  CHECK(std::get<AuthorizationCode>(*response).code == Secret{"the-code"});
  REQUIRE(strangers.size() == 3);
  CHECK(strangers[0].starts_with("HTTP/1.1 405 "));
  CHECK(strangers[0].ends_with("\r\n\r\n"));
  CHECK(strangers[1].starts_with("HTTP/1.1 400 "));
  CHECK(strangers[2].starts_with("HTTP/1.1 421 "));
}

TEST_CASE("a browser that never asks for the last page is not waited for longer than three seconds") {
  Endpoint world;
  Probe browser{world.url.port};
  browser.say(world.request("GET", world.answer_target()));
  REQUIRE(world.await());
  browser.leave();

  const auto begin = std::chrono::steady_clock::now();
  world.redirection.finish(CallbackPage::signed_in("ada", "default"));

  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{4});
  CHECK_FALSE(Probe{world.url.port}.connected);
}
