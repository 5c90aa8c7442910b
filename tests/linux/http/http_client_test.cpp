#include "linux/http/wire_fixture.hpp"
#include "said.hpp"

#include <csignal>
#include <future>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

std::string head_of(const std::string& request) {
  return request.substr(0, request.find("\r\n\r\n"));
}

bool has_line(const std::string& request, const std::string& line) {
  return (head_of(request) + "\r\n").find("\r\n" + line + "\r\n") != std::string::npos;
}

} // namespace

TEST_CASE("a request carries its method, target, headers and body, and what the client adds itself") {
  std::string seen;
  ScriptedServer server{{[&](Visitor& visitor) {
    seen = visitor.read_request();
    visitor.send(ok_response("{}"));
  }}};
  Wire wire;
  auto request = Wire::request("POST", server.url("/a+b,c?q='x';y=%2F"));
  request.headers = {{"Authorization", "Bearer t"}, {"Content-Type", "application/json"}};
  request.body = R"({"a":1})";
  const auto response = wire.client.send(request);

  CHECK(response.status == 200);
  CHECK(response.body == "{}");
  CHECK(response.headers == HttpHeaders{{"Content-Length", "2"}});
  CHECK(seen.starts_with("POST /a+b,c?q='x';y=%2F HTTP/1.1\r\n"));
  CHECK(seen.ends_with("\r\n\r\n{\"a\":1}"));
  CHECK(has_line(seen, "Host: " + server.url().authority()));
  CHECK(has_line(seen, "Authorization: Bearer t"));
  CHECK(has_line(seen, "Content-Length: 7"));
  CHECK(has_line(seen, "User-Agent: chutes-login/" CHUTES_VERSION));
  CHECK(has_line(seen, "Accept-Encoding: identity"));
}

TEST_CASE("a request with a User-Agent of its own has that one alone") {
  std::string seen;
  ScriptedServer server{{[&](Visitor& visitor) {
    seen = visitor.read_request();
    visitor.send(ok_response("{}"));
  }}};
  Wire wire;
  auto request = Wire::request("GET", server.url());
  request.headers = {{"user-agent", "mine/1"}};
  static_cast<void>(wire.client.send(request));
  CHECK(has_line(seen, "user-agent: mine/1"));
  CHECK(seen.find("chutes-login/") == std::string::npos);
}

TEST_CASE("a POST without a body says so") {
  std::string seen;
  ScriptedServer server{{[&](Visitor& visitor) {
    seen = visitor.read_request();
    visitor.send("HTTP/1.1 204 -\r\n\r\n");
  }}};
  Wire wire;
  CHECK(wire.post(server.url(), "").status == 204);
  CHECK(has_line(seen, "Content-Length: 0"));
}

TEST_CASE("every status is a response") {
  for (const int status : {201, 302, 401, 404, 429, 500, 503}) {
    ScriptedServer server{
        {answer_with("HTTP/1.1 " + std::to_string(status) + " -\r\nContent-Length: 3\r\n\r\nwhy")}};
    Wire wire;
    const auto response = wire.get(server.url());
    CHECK(response.status == status);
    CHECK(response.body == "why");
  }
}

TEST_CASE("redirects are never followed, to another host neither") {
  ScriptedServer other{{}};
  for (const char* status : {"301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"}) {
    ScriptedServer server{{answer_with("HTTP/1.1 " + std::string{status} + "\r\nLocation: " +
                                       other.url("/b").text() + "\r\nContent-Length: 0\r\n\r\n")}};
    Wire wire;
    const auto response = wire.post(server.url("/a"), "{}");
    CHECK(response.status / 100 == 3);
    CHECK(response.header("location") == other.url("/b").text());
    CHECK(server.connections() == 1);
  }
  CHECK(other.connections() == 0);
}

TEST_CASE("plain http is allowed to this machine only") {
  Wire wire;
  check_said(failure_of([&] { wire.get(*Url::parse("http://example.org/")); }), ErrorKind::usage);
  CHECK(wire.resolver.asked.empty());
}

TEST_CASE("plain http to a name that turns out to be elsewhere is refused before anything is sent") {
  Wire wire;
  wire.resolver.addresses = {*literal_address("127.0.0.1", 9), *literal_address("192.0.2.1", 9)};
  check_said(failure_of([&] { wire.get(*Url::parse("http://127.0.0.1.2:9/")); }), ErrorKind::usage);
}

TEST_CASE("a header that would split the request is refused before anything is sent") {
  ScriptedServer server{{}};
  Wire wire;
  const HttpHeaders bad{{"X", "a\r\nEvil: 1"},
                        {"X", "a\nb"},
                        {"X", std::string{"a\0b", 3}},
                        {"X\r\nEvil", "1"},
                        {"X Y", "1"},
                        {"", "1"},
                        {"Authorization", "Bearer t\r\n"},
                        {"Content-Length", "5"},
                        {"host", "other"},
                        {"Transfer-Encoding", "chunked"},
                        {"Accept-Encoding", "gzip"},
                        {"Proxy-Authorization", "Basic x"}};
  for (const auto& header : bad) {
    auto request = Wire::request("GET", server.url());
    request.headers = {header};
    CHECK(failure_of([&] {
            wire.client.send(request);
          }).message.starts_with("a request cannot have that header"));
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("a method or target that would split the request is refused before anything is sent") {
  ScriptedServer server{{}};
  Wire wire;
  for (const char* method : {"", "GET /", "GET\r\n", "CONNECT"})
    check_said(failure_of([&] { wire.client.send(Wire::request(method, server.url())); }),
               ErrorKind::internal);
  auto url = server.url();
  url.path = "/a HTTP/1.1\r\nEvil: 1";
  check_said(failure_of([&] { wire.get(url); }), ErrorKind::internal);
  CHECK(server.connections() == 0);
}

TEST_CASE("a reason phrase of 40 KB, fatal to httplib alone, is a proper response") {
  ScriptedServer server{
      {answer_with("HTTP/1.1 200 " + std::string(40'000, 'a') + "\r\nContent-Length: 2\r\n\r\nok")}};
  Wire wire;
  CHECK(wire.get(server.url()).body == "ok");
}

TEST_CASE("a status line that never ends is refused") {
  ScriptedServer server{{answer_with("HTTP/1.1 200 " + std::string(1'000'000, 'a'))}};
  Wire wire;
  check_said(failure_of([&] { wire.get(server.url()); }), ErrorKind::service,
             {{server.url().authority(), "AUTHORITY"}});
}

TEST_CASE("interim responses and trailers, which httplib alone cannot read, are no obstacle") {
  ScriptedServer server{{answer_with(
      "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
      "\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n")}};
  Wire wire;
  CHECK(wire.get(server.url()).body == "ok");
}

TEST_CASE("a 304 with a length and an answer to HEAD do not wait for a body") {
  ScriptedServer server{{[](Visitor& visitor) {
    for (const char* answer :
         {"HTTP/1.1 304 -\r\nContent-Length: 10\r\n\r\n", "HTTP/1.1 200 -\r\nContent-Length: 10\r\n\r\n"}) {
      visitor.read_request();
      visitor.send(answer);
    }
    visitor.wait_for_end();
  }}};
  Wire wire;
  CHECK(wire.get(server.url()).status == 304);
  const auto response = wire.client.send(Wire::request("HEAD", server.url()));
  CHECK(response.status == 200);
  CHECK(response.header("Content-Length") == "10");
  CHECK(response.body.empty());
}

TEST_CASE("an answer that is cut is an error, never a shorter answer") {
  for (const char* body :
       {"Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "Content-Len"}) {
    ScriptedServer server{{answer_with("HTTP/1.1 200 OK\r\n" + std::string{body})}};
    Wire wire;
    check_said(failure_of([&] { wire.get(server.url()); }), ErrorKind::network,
               {{server.url().authority(), "AUTHORITY"}});
  }
}

TEST_CASE("an answer whose bytes go on where a chunk should end is an error") {
  ScriptedServer server{
      {answer_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello, world\r\n0\r\n\r\n")}};
  Wire wire;
  CHECK(failure_of([&] { wire.get(server.url()); }).kind == ErrorKind::service);
}

TEST_CASE("a server that hangs up without a word is named") {
  ScriptedServer server{{[](Visitor& visitor) { visitor.read_request(); }}};
  Wire wire;
  check_said(failure_of([&] { wire.get(server.url()); }), ErrorKind::network,
             {{server.url().authority(), "AUTHORITY"}});
}

TEST_CASE("a reset connection is a network error") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhe");
    visitor.reset();
  }}};
  Wire wire;
  CHECK(failure_of([&] { wire.get(server.url()); }).kind == ErrorKind::network);
}

TEST_CASE("a body over the limit is refused, with a length, with chunks and without either") {
  for (const char* framed :
       {"Content-Length: 11\r\n\r\n0123456789a",
        "Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n", "\r\n0123456789a"}) {
    ScriptedServer server{{answer_with("HTTP/1.1 200 OK\r\n" + std::string{framed})}};
    Wire wire;
    auto request = Wire::request("GET", server.url());
    request.body_limit = 10;
    check_said(failure_of([&] { wire.client.send(request); }), ErrorKind::service,
               {{server.url().authority(), "AUTHORITY"}});
  }
}

TEST_CASE("a body of exactly the limit is no error") {
  ScriptedServer server{{answer_with(ok_response("0123456789"))}};
  Wire wire;
  auto request = Wire::request("GET", server.url());
  request.body_limit = 10;
  CHECK(wire.client.send(request).body == "0123456789");
}

TEST_CASE("a large body arrives and a large body leaves whole") {
  const std::string large(3'000'000, 'x');
  std::string seen;
  ScriptedServer server{{[&](Visitor& visitor) {
    seen = visitor.read_request();
    visitor.send(ok_response(large));
  }}};
  Wire wire;
  CHECK(wire.post(server.url(), large).body == large);
  CHECK(seen.ends_with("\r\n\r\n" + large));
}

TEST_CASE("the answer of a server that hangs up before it has read everything is still heard, and SIGPIPE "
          "kills no process") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_head();
    visitor.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    visitor.close();
  }}};
  Wire wire;
  // Whether the answer survives the reset that follows is up to the kernel; the process survives in any case.
  try {
    CHECK(wire.post(server.url(), std::string(8'000'000, 'x')).status == 413);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::network);
  }
}

TEST_CASE("Ctrl-C ends an answer that comes so fast that it needs no wait") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_request();
    ::kill(::getpid(), SIGINT);
    visitor.send(ok_response(std::string(8'000'000, 'x')));
  }}};
  Wire wire;
  CHECK(failure_of([&] { wire.get(server.url()); }) == Failure{ErrorKind::interrupted, "interrupted"});
}

TEST_CASE("Ctrl-C ends the wait for an answer") {
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.read_request();
    ::kill(::getpid(), SIGINT);
    visitor.wait_for_end();
  }}};
  Wire wire;
  CHECK(failure_of([&] { wire.get(server.url()); }) == Failure{ErrorKind::interrupted, "interrupted"});
}

} // namespace chutes::on_linux
