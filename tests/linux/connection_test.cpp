#include "linux/connection_pool.hpp"
#include "linux/tcp_connect.hpp"
#include "linux/wire_fixture.hpp"

#include <future>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace chutes::on_linux {
namespace {

using std::chrono::milliseconds;

// A port that takes no connection and refuses none: its queue is full, so a SYN gets no answer.
class SilentPort {
public:
  SilentPort()
      : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        m_address(*literal_address("127.0.0.1", 0)) {
    REQUIRE(::bind(m_listener.get(), m_address.get(), m_address.size) == 0);
    REQUIRE(::listen(m_listener.get(), 0) == 0);
    ::getsockname(m_listener.get(), reinterpret_cast<sockaddr*>(&m_address.storage), &m_address.size);
    for (int i = 0; i < 4; ++i) {
      m_fillers.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      (void)::connect(m_fillers.back().get(), m_address.get(), m_address.size);
    }
  }
  [[nodiscard]] const Address& address() const { return m_address; }

private:
  FileDescriptor m_listener;
  Address m_address;
  std::vector<FileDescriptor> m_fillers;
};

milliseconds time_of(const std::function<void()>& action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
}

} // namespace

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
  CHECK(time < milliseconds{240});
}

TEST_CASE("a slow first address keeps its chance while the others are tried") {
  SilentPort dead, dead_too;
  Wire wire;
  wire.resolver.addresses = {dead.address(), dead_too.address(), *literal_address("127.0.0.1", 1)};
  auto request = Wire::request("GET", *Url::parse("http://127.0.0.1:9/"));
  request.connect_limit = milliseconds{700};
  const auto time = time_of([&] {
    CHECK(failure_of([&] { wire.client.send(request); }) ==
          Failure{ErrorKind::network, "could not reach 127.0.0.1:9: timed out"});
  });
  CHECK(time >= milliseconds{690});
  CHECK(time < milliseconds{2000});
}

TEST_CASE("a host that refuses everywhere is named with the reason") {
  Wire wire;
  wire.resolver.addresses = {*literal_address("127.0.0.1", 1), *literal_address("::1", 1)};
  CHECK(failure_of([&] { wire.get(*Url::parse("https://api.test/")); }) ==
        Failure{ErrorKind::network, "could not reach api.test: connection refused"});
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
  CHECK(failure_of([&] { (void)resolver.resolve(name, 443, patient, {}); }) ==
        Failure{ErrorKind::network, "could not find " + name + ": name not known"});
  CHECK(failure_of([&] { (void)resolver.resolve(name, 443, impatient, {}); }) ==
        Failure{ErrorKind::network, "could not find " + name + ": the name server did not answer in time"});
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
  CHECK(failure_of([&] { wire.client.send(request); }) ==
        Failure{ErrorKind::network,
                server.url().authority() + " stopped answering: nothing came for 150 milliseconds"});
}

TEST_CASE("a dripping server is waited for as long as every drop comes within the idle limit") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_request();
    for (const char c : ok_response("drops")) {
      ::poll(nullptr, 0, 5); // the pace is what is tested: 50 drops, together longer than the limit
      visitor.send({&c, 1});
    }
  }}};
  Wire wire;
  auto request = Wire::request("GET", server.url());
  request.idle_limit = milliseconds{150};
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
  CHECK(failure_of([&] { wire.client.send(request); }) ==
        Failure{ErrorKind::network,
                server.url().authority() + " stopped answering: nothing came for 1 second"});
}

TEST_CASE("a connection is kept for the next request to the same origin") {
  ScriptedServer server{{[](Visitor& visitor) {
    for (const char* body : {"one", "two", "three"}) {
      visitor.read_request();
      visitor.send(ok_response(body));
    }
    visitor.wait_for_end();
  }}};
  Wire wire;
  CHECK(wire.get(server.url("/1")).body == "one");
  CHECK(wire.post(server.url("/2"), "{}").body == "two");
  CHECK(wire.get(server.url("/3")).body == "three");
  CHECK(server.connections() == 1);
}

TEST_CASE("a kept connection that the server has closed meanwhile is noticed, also before a POST") {
  std::promise<void> closed;
  ScriptedServer server{{[&](Visitor& visitor) {
                           visitor.read_request();
                           visitor.send(ok_response("one"));
                           visitor.close();
                           closed.set_value();
                         },
                         answer_with(ok_response("two"))}};
  Wire wire;
  CHECK(wire.get(server.url()).body == "one");
  closed.get_future().wait();
  CHECK(wire.post(server.url(), "{}").body == "two");
}

TEST_CASE("a connection that has said something unasked is not used again") {
  ScriptedServer smuggler{{[&](Visitor& visitor) {
                             visitor.read_request();
                             visitor.send(ok_response("one") + ok_response("smuggled"));
                             visitor.wait_for_end();
                           },
                           answer_with(ok_response("two"))}};
  Wire wire;
  CHECK(wire.get(smuggler.url()).body == "one");
  CHECK(wire.get(smuggler.url()).body == "two");
}

TEST_CASE("a GET whose kept connection dies before any answer is sent again once") {
  ScriptedServer server{{[](Visitor& visitor) {
                           visitor.read_request();
                           visitor.send(ok_response("one"));
                           visitor.read_request();
                         },
                         answer_with(ok_response("two"))}};
  Wire wire;
  CHECK(wire.get(server.url()).body == "one");
  CHECK(wire.get(server.url()).body == "two");
  CHECK(server.connections() == 2);
}

TEST_CASE("a POST is never sent twice") {
  ScriptedServer server{{[](Visitor& visitor) {
                           visitor.read_request();
                           visitor.send(ok_response("one"));
                           visitor.read_request();
                         },
                         answer_with(ok_response("two"))}};
  Wire wire;
  CHECK(wire.get(server.url()).body == "one");
  CHECK(failure_of([&] { wire.post(server.url(), "{}"); }) ==
        Failure{ErrorKind::network, server.url().authority() + " closed the connection without an answer"});
  CHECK(server.connections() == 1);
}

TEST_CASE("a GET whose answer has begun is not sent again") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_request();
    visitor.send(ok_response("one"));
    visitor.read_request();
    visitor.send("HTTP/1.1 200");
  }}};
  Wire wire;
  CHECK(wire.get(server.url()).body == "one");
  CHECK(failure_of([&] { wire.get(server.url()); }).kind == ErrorKind::network);
  CHECK(server.connections() == 1);
}

TEST_CASE("prepare and the request that follows use exactly one connection") {
  ScriptedServer server{{answer_with(ok_response("ok"))}};
  Wire wire;
  wire.client.prepare(server.url());
  wire.client.prepare(server.url());
  CHECK(wire.get(server.url()).body == "ok");
  CHECK(server.connections() == 1);
}

TEST_CASE("a preparation for another origin is not used") {
  ScriptedServer prepared{{}}, server{{answer_with(ok_response("ok"))}};
  Wire wire;
  wire.client.prepare(prepared.url());
  CHECK(wire.get(server.url()).body == "ok");
  CHECK(server.connections() == 1);
}

TEST_CASE("a preparation that fails shows in the request, as the request's own failure would") {
  Wire wire;
  const auto url = *Url::parse("http://127.0.0.1:1/");
  wire.resolver.addresses = {*literal_address("127.0.0.1", 1)};
  wire.client.prepare(url);
  CHECK(failure_of([&] { wire.get(url); }) ==
        Failure{ErrorKind::network, "could not reach 127.0.0.1:1: connection refused"});
}

TEST_CASE("a preparation that hangs is given up when the client goes away") {
  SilentPort dead;
  const auto time = time_of([&] {
    Wire wire;
    wire.resolver.addresses = {dead.address()};
    wire.client.prepare(*Url::parse("https://api.test/"));
  });
  CHECK(time < milliseconds{1000});
}

TEST_CASE("a request waits for a preparation that hangs no longer than its own limit") {
  SilentPort dead;
  Wire wire;
  wire.resolver.addresses = {dead.address()};
  auto request = Wire::request("GET", *Url::parse("https://api.test/"));
  request.connect_limit = milliseconds{200};
  wire.client.prepare(request.url);
  CHECK(failure_of([&] { wire.client.send(request); }) ==
        Failure{ErrorKind::network, "could not reach api.test: timed out"});
}

} // namespace chutes::on_linux
