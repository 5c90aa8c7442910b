#include "linux/http/wire_fixture.hpp"
#include "linux/net/silent_port.hpp"
#include "linux/net/tcp_connect.hpp"
#include "said.hpp"

#include <poll.h>

namespace chutes::on_linux {

using std::chrono::milliseconds;

TEST_CASE("a dead first address costs a quarter of a second, not the whole limit") {
  SilentPort dead;
  ScriptedServer server{{answer_with(ok_response("ok"))}};
  Wire wire;
  wire.resolver.addresses = {dead.address(), *literal_address("127.0.0.1", server.port())};
  HttpResponse response;
  const auto time = time_of([&] { response = wire.get(server.url()); });
  CHECK(response.body == "ok");
  CHECK(time >= milliseconds{240});
  CHECK(time < milliseconds{2000});
}

TEST_CASE("an address that refuses is passed over at once") {
  ScriptedServer server{{answer_with(ok_response("ok"))}};
  Wire wire;
  wire.resolver.addresses = {*literal_address("127.0.0.1", 1), *literal_address("::1", 1),
                             *literal_address("127.0.0.1", server.port())};
  const auto time = time_of([&] { CHECK(wire.get(server.url()).body == "ok"); });
  CHECK(time < milliseconds{450});
}

TEST_CASE("a slow first address keeps its chance while the others are tried") {
  SilentPort dead, dead_too;
  Wire wire;
  wire.resolver.addresses = {dead.address(), dead_too.address(), *literal_address("127.0.0.1", 1)};
  auto request = Wire::request("GET", *Url::parse("http://127.0.0.1:9/"));
  request.connect_limit = milliseconds{700};
  const auto time =
      time_of([&] { check_said(failure_of([&] { wire.client.send(request); }), ErrorKind::network); });
  CHECK(time >= milliseconds{690});
  CHECK(time < milliseconds{2000});
}

TEST_CASE("a host that refuses everywhere is named with the reason") {
  Wire wire;
  wire.resolver.addresses = {*literal_address("127.0.0.1", 1), *literal_address("::1", 1)};
  check_said(failure_of([&] { wire.get(*Url::parse("https://api.test/")); }), ErrorKind::network);
}

TEST_CASE("localhost and address literals need no name server, and both families are tried") {
  ScriptedServer server{{answer_with(ok_response("six"))}, "::1"};
  SystemResolver resolver;
  const Wait never = [](int, short, SteadyInstant) -> bool { throw std::logic_error{"waited"}; };
  const auto both = resolver.resolve("localhost", server.port(), never, {});
  REQUIRE(both.size() == 2);
  CHECK(both[0].family() == AF_INET6);
  CHECK(both[1].family() == AF_INET);
  CHECK(resolver.resolve("127.0.0.1", 80, never, {}).size() == 1);
  CHECK(resolver.resolve("::1", 80, never, {}).size() == 1);

  Wire wire;
  wire.resolver.addresses = both;
  CHECK(wire.get(*Url::parse("http://localhost:" + std::to_string(server.port()) + "/")).body == "six");
}

TEST_CASE("a name that cannot be found is an error, and so is a lookup that takes too long") {
  const std::string name(64, 'x'); // longer than a label may be: no name server is asked
  SystemResolver resolver;
  const Wait patient = [](int fd, short events, SteadyInstant) {
    pollfd one{fd, events, 0};
    return ::poll(&one, 1, 5000) == 1;
  };
  const Wait impatient = [](int, short, SteadyInstant) { return false; };
  check_said(failure_of([&] { (void)resolver.resolve(name, 443, patient, {}); }), ErrorKind::network,
             {{name, "NAME"}});
  check_said(failure_of([&] { (void)resolver.resolve(name, 443, impatient, {}); }), ErrorKind::network,
             {{name, "NAME"}});
}

TEST_CASE("addresses are tried with the families in turn") {
  const auto address = [](const char* text) { return *literal_address(text, 80); };
  std::vector<int> families;
  for (const auto& each :
       families_in_turn({address("::1"), address("::2"), address("::3"), address("10.0.0.1")}))
    families.push_back(each.family());
  CHECK(families == std::vector{AF_INET6, AF_INET, AF_INET6, AF_INET6});
}

TEST_CASE("silence longer than the idle limit is an error that names the limit") {
  ScriptedServer server{{[](Visitor& visitor) { visitor.wait_for_end(); }}};
  Wire wire;
  auto request = Wire::request("GET", server.url());
  request.idle_limit = milliseconds{150};
  check_said(failure_of([&] { wire.client.send(request); }), ErrorKind::network,
             {{server.url().authority(), "AUTHORITY"}});
}

TEST_CASE("a dripping server is waited for as long as every drop comes within the idle limit") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_request();
    for (const char c : ok_response("drops")) {
      ::poll(nullptr, 0, 10); // the pace is what is tested: 43 drops, together longer than the limit
      visitor.send({&c, 1});
    }
  }}};
  Wire wire;
  auto request = Wire::request("GET", server.url());
  request.idle_limit = milliseconds{300};
  CHECK(wire.client.send(request).body == "drops");
}

TEST_CASE("a body that stops in the middle ends at the idle limit") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    visitor.wait_for_end();
  }}};
  Wire wire;
  auto request = Wire::request("GET", server.url());
  request.idle_limit = milliseconds{1000};
  check_said(failure_of([&] { wire.client.send(request); }), ErrorKind::network,
             {{server.url().authority(), "AUTHORITY"}});
}

} // namespace chutes::on_linux
