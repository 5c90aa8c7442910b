#include "linux/http/connection.hpp"
#include "linux/http/wire_fixture.hpp"
#include "linux/net/silent_port.hpp"
#include "linux/net/tcp_connect.hpp"
#include "linux/tls/test_authority.hpp"
#include "said.hpp"

#include <future>
#include <poll.h>
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

namespace {

// Answers one request, and closes when the answer has been on its way for so long.
ScriptedServer::Script answer_and_close_after(milliseconds delay) {
  return [delay](Visitor& visitor) {
    visitor.read_request();
    visitor.send(ok_response("ok"));
    std::this_thread::sleep_for(delay); // the delay itself
  };
}

ScriptedServer::Script answer_many(int count) {
  return [count](Visitor& visitor) {
    for (int i = 0; i < count; ++i) {
      visitor.read_request();
      visitor.send(ok_response("ok"));
    }
    visitor.read_request();
  };
}

} // namespace

TEST_CASE("a server that closes a moment after its answer loses no POST, however soon the next one comes") {
  const std::vector<ScriptedServer::Script> scripts(6, answer_and_close_after(milliseconds{3}));
  ScriptedServer server{scripts};
  Wire wire;
  for (std::size_t i = 0; i < scripts.size(); ++i)
    CHECK(wire.post(server.url(), "{}").body == "ok");
  CHECK(server.connections() == static_cast<int>(scripts.size()));
}

TEST_CASE("over TLS no POST is lost either, whether the server takes its leave or not") {
  const TestAuthority authority;
  const TemporaryFolder folder;
  Wire wire{{{"SSL_CERT_FILE", folder.write("ca.pem", authority.pem())}}};
  const auto identity = authority.issue("DNS:api.test");
  const auto script = [&](void (Visitor::*leave)(), milliseconds delay) {
    return [&identity, leave, delay](Visitor& visitor) {
      if (!visitor.start_tls(identity))
        return;
      visitor.read_request();
      visitor.send(ok_response("ok"));
      std::this_thread::sleep_for(delay); // the delay itself
      (visitor.*leave)();
    };
  };
  std::vector<ScriptedServer::Script> scripts;
  for (const auto delay : {milliseconds{0}, milliseconds{3}})
    for (const auto leave : {&Visitor::close_orderly, &Visitor::close})
      scripts.push_back(script(leave, delay));
  ScriptedServer server{scripts};
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    CAPTURE(i);
    CHECK(wire.post(server.url_of("api.test"), "{}").body == "ok");
  }
  CHECK(server.connections() == static_cast<int>(scripts.size()));
}

TEST_CASE("a server that keeps its connections is watched before the second POST, and never again") {
  ScriptedServer server{{answer_many(40)}};
  Wire wire;
  const auto first = time_of([&] {
    wire.post(server.url(), "{}");
    wire.post(server.url(), "{}");
  });
  CHECK(first >= milliseconds{100});
  const auto others = time_of([&] {
    for (int i = 0; i < 38; ++i)
      wire.post(server.url(), "{}");
  });
  CHECK(others < 38 * milliseconds{100});
  CHECK(server.connections() == 1);
}

TEST_CASE("a server that says that it keeps its connections is taken at its word") {
  for (const char* word : {"Connection: keep-alive", "Keep-Alive: timeout=60"}) {
    ScriptedServer server{{[word](Visitor& visitor) {
      for (int i = 0; i < 2; ++i) {
        visitor.read_request();
        visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + std::string{word} + "\r\n\r\nok");
      }
    }}};
    Wire wire;
    CHECK(wire.post(server.url(), "{}").body == "ok");
    CHECK(time_of([&] { wire.post(server.url(), "{}"); }) < milliseconds{100});
    CHECK(server.connections() == 1);
  }
}

TEST_CASE("after a request was lost on a kept connection, no POST is given a kept one") {
  ScriptedServer server{{answer_many(2), answer_many(2), answer_many(2), answer_many(2)}};
  Wire wire;
  CHECK(wire.post(server.url(), "{}").body == "ok");
  CHECK(wire.post(server.url(), "{}").body == "ok");
  CHECK(failure_of([&] { wire.post(server.url(), "{}"); }).kind == ErrorKind::network);
  CHECK(wire.post(server.url(), "{}").body == "ok");
  CHECK(wire.post(server.url(), "{}").body == "ok");
  CHECK(server.connections() == 3);
  CHECK(wire.get(server.url()).body == "ok"); // which may be repeated, and is given the last one
  CHECK(server.connections() == 3);
}

TEST_CASE("a GET that was lost on a kept connection is repeated, and no POST is given a kept one after it") {
  ScriptedServer server{{answer_many(2), answer_many(2), answer_many(2)}};
  Wire wire;
  for (int i = 0; i < 3; ++i)
    CHECK(wire.get(server.url()).body == "ok");
  CHECK(server.connections() == 2);
  CHECK(wire.post(server.url(), "{}").body == "ok");
  CHECK(server.connections() == 3);
}

TEST_CASE("a connection found closed after a while lets no POST use one that was idle for as long") {
  std::promise<void> closed;
  const auto closing = [&](Visitor& visitor) {
    for (int i = 0; i < 2; ++i) {
      visitor.read_request();
      visitor.send(ok_response("ok"));
    }
    std::this_thread::sleep_for(milliseconds{100}); // its patience
    visitor.close();
    closed.set_value();
  };
  ScriptedServer server{{closing, answer_many(3), answer_many(1)}};
  Wire wire;
  for (int i = 0; i < 2; ++i)
    wire.post(server.url(), "{}");
  closed.get_future().wait();
  wire.post(server.url(), "{}");
  CHECK(server.connections() == 2);
  wire.post(server.url(), "{}"); // at once: the same
  CHECK(server.connections() == 2);
}

TEST_CASE("a request came too late only if the server had closed before, and its machine says so") {
  struct Row {
    std::string name;
    std::function<void(Visitor&)> before; // the request is sent
    std::function<void(Visitor&)> after;
    bool too_late;
  };
  const auto nothing = [](Visitor&) {};
  const auto close = [](Visitor& visitor) { visitor.close(); };
  const Row rows[] = {
      {"closes before it", close, nothing, true},
      {"resets before it, so that nothing leaves", [](Visitor& visitor) { visitor.reset(); }, nothing, true},
      {"ends before it and goes on hearing", [](Visitor& visitor) { visitor.end(); },
       [](Visitor& visitor) { visitor.read_bytes(4); }, false},
      {"closes when it has heard it", nothing,
       [](Visitor& visitor) {
         visitor.read_bytes(4);
         visitor.close();
       },
       false},
      {"closes when it has heard half of it", nothing,
       [](Visitor& visitor) {
         visitor.read_bytes(2);
         visitor.close();
       },
       false},
      {"resets when it has heard it", nothing,
       [](Visitor& visitor) {
         visitor.read_bytes(4);
         visitor.reset();
       },
       false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    std::promise<void> left, sent, done;
    ScriptedServer server{{[&](Visitor& visitor) {
      visitor.read_bytes(4);
      row.before(visitor);
      left.set_value();
      sent.get_future().wait();
      row.after(visitor);
      done.set_value();
    }}};
    const Wait wait = [](int fd, short events, SteadyInstant) {
      pollfd one{fd, events, 0};
      return fd < 0 || ::poll(&one, 1, 500) == 1;
    };
    Connection connection{std::make_unique<PlainStream>(
                              tcp_connect({*literal_address("127.0.0.1", server.port())}, "server", wait,
                                          std::chrono::steady_clock::now() + std::chrono::seconds{5})),
                          "server"};
    connection.begin_exchange();
    connection.write("four", wait, milliseconds{5000});
    left.get_future().wait();
    connection.begin_exchange();
    connection.write("more", wait, milliseconds{5000});
    sent.set_value();
    done.get_future().wait();
    std::array<char, 1> byte{};
    try {
      static_cast<void>(connection.read(byte, wait, milliseconds{5000}));
    } catch (const Error&) { // a reset
    }
    CHECK(connection.is_lost());
    CHECK(connection.came_too_late(wait) == row.too_late);
  }
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

namespace {

const std::string gave_up =
    "HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlate";

// Answers one request, and the next on the same connection with `bytes`, and closes.
ScriptedServer::Script answer_and_then(const std::string& bytes) {
  return [bytes](Visitor& visitor) {
    visitor.read_request();
    visitor.send(ok_response("one"));
    visitor.read_request();
    visitor.send(bytes);
  };
}

} // namespace

TEST_CASE("what has come on a kept connection before a request is not its answer") {
  const TestAuthority authority;
  const TemporaryFolder folder;
  const auto identity = authority.issue("DNS:api.test");
  struct Row {
    bool tls;
    std::string stray;
    const char* method;
  };
  std::vector<Row> rows;
  for (const bool tls : {false, true})
    for (const auto& stray : {std::string{"\r\n"}, std::string{"H"}, gave_up, ok_response("stray")})
      for (const char* method : {"GET", "POST"})
        rows.push_back({tls, stray, method});
  for (const auto& row : rows) {
    CAPTURE(row.tls);
    CAPTURE(row.stray);
    CAPTURE(row.method);
    std::promise<void> heard, strayed;
    const auto serve = [&](bool first) {
      return [&, first](Visitor& visitor) {
        if (row.tls && !visitor.start_tls(identity))
          return;
        visitor.read_request();
        visitor.send(ok_response(first ? "one" : "two"));
        if (!first)
          return;
        heard.get_future().wait();
        visitor.send(row.stray);
        strayed.set_value();
      };
    };
    ScriptedServer server{{serve(true), serve(false)}};
    Wire wire{{{"SSL_CERT_FILE", folder.write("ca.pem", authority.pem())}}};
    const auto url = row.tls ? server.url_of("api.test") : server.url();
    CHECK(wire.get(url).body == "one");
    heard.set_value();
    strayed.get_future().wait();
    CHECK(wire.client.send(Wire::request(row.method, url)).body == "two");
    CHECK(server.connections() == 2);
  }
}

TEST_CASE(
    "a request that a server gave up waiting for on a kept connection is sent again once, on a new one") {
  struct Row {
    std::string second, third; // answers: on the kept connection and on a new one
    std::string body;
    int connections;
  };
  const std::string kept = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 5\r\n\r\nodd\r\n";
  const std::string busy =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy";
  const Row rows[] = {
      {gave_up, ok_response("two"), "two", 2},
      {"HTTP/1.0 408 Request Time-out\r\nCONNECTION: Close\r\n\r\n", ok_response("two"), "two", 2},
      {gave_up, gave_up, "late", 2},
      {kept, ok_response("two"), "odd\r\n", 1}, // an answer of what is behind the server
      {busy, ok_response("two"), "busy", 1},
  };
  for (const auto& row : rows)
    for (const char* method : {"GET", "POST"}) {
      CAPTURE(row.second);
      CAPTURE(row.third);
      CAPTURE(method);
      ScriptedServer server{{answer_and_then(row.second), answer_with(row.third)}};
      Wire wire;
      CHECK(wire.get(server.url()).body == "one");
      int heads = 0;
      std::string body;
      const auto response = wire.client.stream(
          Wire::request(method, server.url()), [&](const HttpResponse&) { ++heads; },
          [&](std::string_view piece) {
            body += piece;
            return ReadResult::more;
          });
      CHECK(body + response.body == row.body);
      CHECK(heads == 1);
      CHECK(server.connections() == row.connections);
    }
}

TEST_CASE("a 408 on a connection that was made for the request is its answer") {
  ScriptedServer server{{answer_with(gave_up), answer_with(ok_response("two"))}};
  Wire wire;
  CHECK(wire.post(server.url(), "{}").status == 408);
  CHECK(server.connections() == 1);
}

TEST_CASE("a 408 on a connection that was made ahead of the request is not its answer") {
  ScriptedServer server{{answer_with(gave_up), answer_with(ok_response("two"))}};
  Wire wire;
  wire.client.prepare(server.url());
  CHECK(wire.post(server.url(), "{}").body == "two");
}

TEST_CASE("after what is no answer has come on a kept connection, no POST is given a kept one") {
  for (const auto& bytes : {gave_up, std::string{"\r\n"}, std::string{"HTTP/1.1 2"}}) {
    CAPTURE(bytes);
    const bool repeated = bytes == gave_up;
    std::vector<ScriptedServer::Script> scripts{answer_and_then(bytes)};
    if (repeated)
      scripts.push_back(answer_with(ok_response("ok")));
    scripts.insert(scripts.end(), 2, answer_many(2));
    ScriptedServer server{scripts};
    Wire wire;
    CHECK(wire.get(server.url()).body == "one");
    if (repeated)
      CHECK(wire.get(server.url()).body == "ok");
    else
      CHECK(failure_of([&] { wire.get(server.url()); }).kind != ErrorKind::internal);
    for (int i = 0; i < 2; ++i)
      CHECK(wire.post(server.url(), "{}").body == "ok");
    CHECK(server.connections() == static_cast<int>(scripts.size()));
  }
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
