#include "linux/http/wire_fixture.hpp"
#include "linux/tls/test_authority.hpp"
#include "said.hpp"

#include <array>
#include <memory>

namespace chutes::on_linux {
namespace {

using namespace std::chrono_literals;

HttpRequest until(const Url& url, SteadyInstant deadline) {
  auto request = Wire::request("GET", url);
  request.deadline = deadline;
  return request;
}

} // namespace

TEST_CASE("a request's deadline ends it although bytes keep coming, and what came before was heard") {
  const auto end = std::chrono::steady_clock::now() + 1s; // of the server's drips
  ScriptedServer server{{[end](Visitor& visitor) {
    visitor.read_request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    for (int i = 0; i < 10'000'000 && std::chrono::steady_clock::now() < end; ++i)
      visitor.send("drip");
  }}};
  Wire wire;
  std::string heard;
  const auto begun = std::chrono::steady_clock::now();
  check_said(failure_of([&] {
               wire.client.stream(until(server.url(), begun + 200ms), {}, [&](std::string_view piece) {
                 heard += piece;
                 return ReadResult::more;
               });
             }),
             ErrorKind::network, {{server.url().authority(), "AUTHORITY"}});
  CHECK(heard.starts_with("drip"));
  CHECK(std::chrono::steady_clock::now() - begun >= 200ms);
}

TEST_CASE("a request's deadline ends the wait for an answer, and one that has passed sends nothing") {
  ScriptedServer server{{[](Visitor& visitor) { visitor.wait_for_end(); }}};
  Wire wire;
  const auto now = std::chrono::steady_clock::now();
  const auto late = failure_of([&] { wire.client.send(until(server.url(), now + 50ms)); });
  check_said(late, ErrorKind::network, {{server.url().authority(), "AUTHORITY"}});
  CHECK(failure_of([&] { wire.client.send(until(server.url(), now)); }) == late);
}

TEST_CASE("a limit of the whole request ends an answer that dribbles, byte by byte or in interim responses") {
  const auto end = std::chrono::steady_clock::now() + 2s; // of the server's drips
  const auto dribbling = [end](const std::string& begin, const std::string& drip) {
    return [end, begin, drip](Visitor& visitor) {
      visitor.read_request();
      visitor.send(begin);
      for (std::size_t at = 0; std::chrono::steady_clock::now() < end; at = (at + 1) % drip.size()) {
        visitor.send(drip.substr(at, 1));
        std::this_thread::sleep_for(5ms); // the drip itself
      }
    };
  };
  ScriptedServer server{{dribbling("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "x"),
                         dribbling("HTTP/1.1 200 OK\r\nX: ", "x"),
                         dribbling("", "HTTP/1.1 103 Early Hints\r\n\r\n")}};
  Wire wire;
  for (int i = 0; i < 3; ++i) {
    auto request = Wire::request("POST", server.url());
    request.whole_limit = 150ms;
    const auto begun = std::chrono::steady_clock::now();
    CHECK(failure_of([&] { wire.client.send(request); }).kind == ErrorKind::network);
    const auto took = std::chrono::steady_clock::now() - begun;
    CHECK(took >= 150ms);
    CHECK(took < 2s);
  }
}

TEST_CASE("interim responses without end are refused, however fast they come") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_request();
    std::string all;
    for (int i = 0; i < 101; ++i)
      all += "HTTP/1.1 103 Early Hints\r\n\r\n";
    visitor.send(all);
    visitor.wait_for_end();
  }}};
  Wire wire;
  check_said(failure_of([&] { wire.get(server.url()); }), ErrorKind::service,
             {{server.url().authority(), "AUTHORITY"}});
}

TEST_CASE("several threads share one client, and each connection is made once") {
  constexpr int requests = 50;
  const TestAuthority authority;
  const TemporaryFolder folder;
  Wire wire{{{"SSL_CERT_FILE", folder.write("ca.pem", authority.pem())}}};
  const auto identity = authority.issue("DNS:api.test");
  const auto serve = [&](Visitor& visitor) {
    if (!visitor.start_tls(identity))
      return;
    for (int i = 0; i < requests; ++i) {
      visitor.read_request();
      visitor.send(ok_response("ok"));
    }
  };
  std::array<std::unique_ptr<ScriptedServer>, 4> servers;
  for (auto& server : servers)
    server = std::make_unique<ScriptedServer>(std::vector<ScriptedServer::Script>{serve});
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (const auto& server : servers)
    threads.emplace_back([&] {
      for (int i = 0; i < requests; ++i)
        answered += wire.client.send(Wire::request("POST", server->url_of("api.test"))).body == "ok" ? 1 : 0;
    });
  for (auto& thread : threads)
    thread.join();
  CHECK(answered == 4 * requests);
  for (const auto& server : servers)
    CHECK(server->connections() == 1);
}

} // namespace chutes::on_linux
