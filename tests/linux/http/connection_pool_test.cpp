#include "linux/http/wire_fixture.hpp"
#include "linux/net/silent_port.hpp"
#include "said.hpp"

#include <future>
#include <thread>

namespace chutes::on_linux {

using std::chrono::milliseconds;

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
  check_said(failure_of([&] { wire.post(server.url(), "{}"); }), ErrorKind::network,
             {{server.url().authority(), "AUTHORITY"}});
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

TEST_CASE("connections to several origins can be prepared at the same time") {
  ScriptedServer one{{answer_with(ok_response("one"))}}, two{{answer_with(ok_response("two"))}};
  Wire wire;
  wire.client.prepare(one.url());
  wire.client.prepare(two.url());
  CHECK(wire.get(one.url()).body == "one");
  CHECK(wire.get(two.url()).body == "two");
  CHECK(one.connections() == 1);
  CHECK(two.connections() == 1);
}

TEST_CASE("a preparation that fails shows in the request, as the request's own failure would") {
  Wire wire;
  const auto url = *Url::parse("http://127.0.0.1:1/");
  wire.resolver.addresses = {*literal_address("127.0.0.1", 1)};
  wire.client.prepare(url);
  check_said(failure_of([&] { wire.get(url); }), ErrorKind::network);
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
  check_said(failure_of([&] { wire.client.send(request); }), ErrorKind::network);
}

TEST_CASE("several threads may use one client at the same time") {
  constexpr int thread_count = 4, request_count = 20;
  const auto script = [](Visitor& visitor) {
    for (int i = 0; i < request_count; ++i) {
      visitor.read_request();
      visitor.send(ok_response(std::to_string(i)));
    }
  };
  ScriptedServer servers[thread_count]{ScriptedServer{{script}}, ScriptedServer{{script}},
                                       ScriptedServer{{script}}, ScriptedServer{{script}}};
  Wire wire;
  std::vector<std::future<std::string>> answers;
  for (const auto& server : servers)
    answers.push_back(std::async(std::launch::async, [&] {
      std::string all;
      wire.client.prepare(server.url());
      for (int i = 0; i < request_count; ++i)
        all += wire.get(server.url()).body;
      return all;
    }));
  for (auto& answer : answers)
    CHECK(answer.get() == "012345678910111213141516171819");
}

} // namespace chutes::on_linux
