#include "linux/http/wire_fixture.hpp"
#include "linux/tls/test_authority.hpp"
#include "said.hpp"

#include <openssl/ssl.h>

#include <future>

namespace chutes::on_linux {
namespace {

// A client that trusts one authority by SSL_CERT_FILE, and servers with identities of its making.
struct TrustingWire {
  TestAuthority authority;
  TemporaryFolder folder;
  Wire wire{{{"SSL_CERT_FILE", folder.write("ca.pem", authority.pem())}}};
};

ScriptedServer::Script tls_answer(const Identity& identity, std::string answer) {
  return [&identity, answer = std::move(answer)](Visitor& visitor) {
    if (!visitor.start_tls(identity))
      return;
    visitor.read_request();
    visitor.send(answer);
    visitor.close_orderly();
  };
}

// What a request to `host` ends with when the server shows `identity`, the port taken out.
Failure failure_with(Wire& wire, const Identity& identity, const std::string& host) {
  std::string seen;
  ScriptedServer server{{[&](Visitor& visitor) {
    if (visitor.start_tls(identity))
      seen = visitor.read_request();
  }}};
  auto failure = failure_of([&] { wire.get(server.url_of(host)); });
  const auto port = ":" + std::to_string(server.port());
  if (const auto at = failure.message.find(port); at != std::string::npos)
    failure.message.erase(at, port.size());
  CHECK(seen == "");
  return failure;
}

} // namespace

TEST_CASE("an https request works with a certificate for the host's name, a wildcard, or its address") {
  TrustingWire trusting;
  const std::pair<const char*, const char*> cases[]{{"DNS:api.test", "api.test"},
                                                    {"DNS:other.test,DNS:API.Test", "api.test"},
                                                    {"DNS:api.test", "API.TEST"},
                                                    {"DNS:api.test", "api.test."},
                                                    {"DNS:*.chutes.test", "api.chutes.test"},
                                                    {"IP:127.0.0.1", "127.0.0.1"},
                                                    {"IP:::1", "[::1]"}};
  for (const auto& [names, host] : cases) {
    const auto identity = trusting.authority.issue(names);
    ScriptedServer server{{tls_answer(identity, ok_response("safe"))}};
    CHECK(trusting.wire.get(server.url_of(host)).body == "safe");
  }
}

TEST_CASE("an expired certificate is not trusted, and the request is never sent") {
  TrustingWire trusting;
  const auto identity = trusting.authority.issue("DNS:api.test", "api.test", -1);
  check_said(failure_with(trusting.wire, identity, "api.test"), ErrorKind::network, {{"api.test", "HOST"}});
}

TEST_CASE("a certificate for another name is not trusted: other host, bare wildcard, common name only, "
          "prefix of an address") {
  TrustingWire trusting;
  const auto refused = [&](const char* names, const char* common_name, const char* host) {
    check_said(failure_with(trusting.wire, trusting.authority.issue(names, common_name), host),
               ErrorKind::network, {{host, "HOST"}});
  };
  refused("DNS:other.test", "other.test", "api.test");
  refused("DNS:other.test", "api.test", "api.test");
  refused("", "api.test", "api.test");
  refused("DNS:*", "x", "api.test");
  refused("DNS:*.test", "x", "a.b.test");
  refused("DNS:a*.chutes.test", "x", "api.chutes.test");
  refused("IP:7f00:1::", "x", "127.0.0.1");
  refused("DNS:127.0.0.1", "127.0.0.1", "127.0.0.1");
  refused("IP:127.0.0.1", "x", "localhost");
}

TEST_CASE("a certificate of an unknown authority is not trusted, and the hint names SSL_CERT_FILE") {
  TrustingWire trusting;
  const TestAuthority stranger{"Stranger"};
  check_said(failure_with(trusting.wire, stranger.issue("DNS:api.test"), "api.test"), ErrorKind::network,
             {{"api.test", "HOST"}});
  const TestAuthority same_name; // another key under the trusted one's name
  CHECK(failure_with(trusting.wire, same_name.issue("DNS:api.test"), "api.test").kind == ErrorKind::network);

  const auto identity = stranger.issue("DNS:api.test");
  ScriptedServer server{{tls_answer(identity, ok_response("unsafe"))}};
  try {
    trusting.wire.get(server.url_of("api.test"));
    FAIL("trusted a stranger");
  } catch (const Error& error) {
    CHECK(error.hint().find("SSL_CERT_FILE") != std::string::npos);
  }
}

TEST_CASE("TLS 1.1 is not spoken") {
  TrustingWire trusting;
  auto identity = trusting.authority.issue("DNS:api.test");
  identity.max_version = TLS1_1_VERSION;
  check_said(failure_with(trusting.wire, identity, "api.test"), ErrorKind::network);
}

TEST_CASE("TLS 1.2 is spoken") {
  TrustingWire trusting;
  auto identity = trusting.authority.issue("DNS:api.test");
  identity.max_version = TLS1_2_VERSION;
  ScriptedServer server{{tls_answer(identity, ok_response("safe"))}};
  CHECK(trusting.wire.get(server.url_of("api.test")).body == "safe");
}

TEST_CASE("a server that does not speak TLS is named") {
  TrustingWire trusting;
  ScriptedServer server{{[](Visitor& visitor) {
    visitor.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    visitor.wait_for_end();
  }}};
  check_said(failure_of([&] { trusting.wire.get(server.url_of("api.test")); }), ErrorKind::network,
             {{server.url_of("api.test").authority(), "AUTHORITY"}});
}

TEST_CASE("what is wrong with a server's handshake is said in OpenSSL's words") {
  TrustingWire trusting;
  ScriptedServer server{{[](Visitor& visitor) {
    using namespace std::string_view_literals;
    visitor.send(
        "\x16\x03\x03\x00\x04\x0E\x00\x00\x00"sv); // "I have nothing more to say", as its first words
    visitor.wait_for_end();
  }}};
  check_said(failure_of([&] { trusting.wire.get(server.url_of("api.test")); }), ErrorKind::network,
             {{server.url_of("api.test").authority(), "AUTHORITY"}});
}

TEST_CASE("a handshake that stops is ended by the limit for connecting, one that breaks off at once") {
  TrustingWire trusting;
  ScriptedServer server{
      {[](Visitor& visitor) { visitor.wait_for_end(); }, [](Visitor& visitor) { visitor.close(); }}};
  auto request = Wire::request("GET", server.url_of("api.test"));
  request.connect_limit = std::chrono::milliseconds{150};
  const auto name = request.url.authority();
  check_said(failure_of([&] { trusting.wire.client.send(request); }), ErrorKind::network, {{name, "NAME"}});
  CHECK(failure_of([&] {
          trusting.wire.get(request.url);
        }).message.starts_with("could not reach " + name + ": "));
}

TEST_CASE("a body without length ends with close_notify only") {
  TrustingWire trusting;
  const auto identity = trusting.authority.issue("DNS:api.test");
  const std::string answer = "HTTP/1.1 200 OK\r\n\r\n{\"partial\":";
  ScriptedServer server{{tls_answer(identity, answer), [&](Visitor& visitor) {
                           visitor.start_tls(identity);
                           visitor.read_request();
                           visitor.send(answer);
                           visitor.close();
                         }}};
  CHECK(trusting.wire.get(server.url_of("api.test")).body == "{\"partial\":");
  check_said(failure_of([&] { trusting.wire.get(server.url_of("api.test")); }), ErrorKind::network,
             {{server.url_of("api.test").authority(), "AUTHORITY"}});
}

TEST_CASE("a TLS connection is kept, and session tickets that arrive late do not make it look stale") {
  TrustingWire trusting;
  const auto identity = trusting.authority.issue("DNS:api.test");
  ScriptedServer server{{[&](Visitor& visitor) {
    visitor.start_tls(identity);
    for (const char* body : {"one", "two"}) {
      visitor.read_request();
      visitor.send(ok_response(body));
    }
  }}};
  trusting.wire.client.prepare(server.url_of("api.test"));
  CHECK(trusting.wire.get(server.url_of("api.test")).body == "one");
  CHECK(trusting.wire.post(server.url_of("api.test"), "{}").body == "two");
  CHECK(server.connections() == 1);
}

TEST_CASE("a kept TLS connection that was closed orderly meanwhile is noticed before a POST") {
  TrustingWire trusting;
  const auto identity = trusting.authority.issue("DNS:api.test");
  std::promise<void> closed;
  ScriptedServer server{{[&](Visitor& visitor) {
                           visitor.start_tls(identity);
                           visitor.read_request();
                           visitor.send(ok_response("one"));
                           visitor.close_orderly();
                           closed.set_value();
                         },
                         tls_answer(identity, ok_response("two"))}};
  CHECK(trusting.wire.get(server.url_of("api.test")).body == "one");
  closed.get_future().wait();
  CHECK(trusting.wire.post(server.url_of("api.test"), "{}").body == "two");
}

TEST_CASE("large bodies pass TLS whole in both directions") {
  TrustingWire trusting;
  const auto identity = trusting.authority.issue("DNS:api.test");
  const std::string large(2'000'000, 'x');
  ScriptedServer server{{tls_answer(identity, ok_response(large))}};
  CHECK(trusting.wire.post(server.url_of("api.test"), large).body == large);
}

TEST_CASE("an upload to a TLS server that hangs up is an error, not a SIGPIPE") {
  TrustingWire trusting;
  const auto identity = trusting.authority.issue("DNS:api.test");
  ScriptedServer server{{[&](Visitor& visitor) {
    visitor.start_tls(identity);
    visitor.close();
  }}};
  CHECK(failure_of([&] {
          trusting.wire.post(server.url_of("api.test"), std::string(8'000'000, 'x'));
        }).kind == ErrorKind::network);
}

} // namespace chutes::on_linux
