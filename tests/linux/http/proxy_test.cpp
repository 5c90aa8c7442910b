#include "base/base64.hpp"
#include "linux/http/proxy.hpp"
#include "linux/http/wire_fixture.hpp"
#include "linux/tls/test_authority.hpp"
#include "said.hpp"

namespace chutes::on_linux {
namespace {

using Variables = std::map<std::string, std::string>;

// "host:port user:password" of the proxy for `url`, with its scheme unless it is http, or "direct".
std::string chosen(const Variables& variables, const std::string& url = "https://api.chutes.ai/") {
  const auto proxy = proxy_for(Environment{variables}, *Url::parse(url));
  if (!proxy)
    return "direct";
  const char* scheme = proxy->kind == ProxyKind::https     ? "https://"
                       : proxy->kind == ProxyKind::socks5  ? "socks5://"
                       : proxy->kind == ProxyKind::socks5h ? "socks5h://"
                                                           : "";
  return scheme + proxy->authority() + (proxy->credentials.empty() ? "" : " " + proxy->credentials.reveal());
}

// A client behind a proxy that is a scripted server, with an authority it trusts.
struct ProxiedWire {
  explicit ProxiedWire(const ScriptedServer& proxy, const std::string& user = {})
      : wire{{{"HTTPS_PROXY", "http://" + user + "127.0.0.1:" + std::to_string(proxy.port())},
              {"SSL_CERT_FILE", folder.write("ca.pem", authority().pem())}}} {}

  static const TestAuthority& authority() {
    static const TestAuthority one;
    return one;
  }

  TemporaryFolder folder;
  Wire wire;
};

const Url api = *Url::parse("https://api.test/models");

} // namespace

TEST_CASE("the proxy comes from https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, in this order, and never "
          "from http_proxy") {
  CHECK(chosen({}) == "direct");
  CHECK(chosen({{"http_proxy", "http://p:1"}, {"HTTP_PROXY", "http://p:1"}}) == "direct");
  CHECK(chosen({{"ALL_PROXY", "http://d:4"}}) == "d:4");
  CHECK(chosen({{"all_proxy", "http://c:3"}, {"ALL_PROXY", "http://d:4"}}) == "c:3");
  CHECK(chosen({{"HTTPS_PROXY", "http://b:2"}, {"all_proxy", "http://c:3"}}) == "b:2");
  CHECK(chosen({{"https_proxy", "http://a:1"}, {"HTTPS_PROXY", "http://b:2"}}) == "a:1");
  CHECK(chosen({{"https_proxy", ""}, {"HTTPS_PROXY", "http://b:2"}}) == "b:2");
}

TEST_CASE("a proxy may go without scheme and port, have a path, and be an IPv6 address") {
  CHECK(chosen({{"HTTPS_PROXY", "proxy.example"}}) == "proxy.example:1080");
  CHECK(chosen({{"HTTPS_PROXY", "HTTP://proxy.example:3128/"}}) == "proxy.example:3128");
  CHECK(chosen({{"HTTPS_PROXY", "http://[::1]:3128"}}) == "[::1]:3128");
}

TEST_CASE("a proxy's scheme is one of curl's words, in any case, each with curl's port") {
  CHECK(chosen({{"HTTPS_PROXY", "https://proxy"}}) == "https://proxy:443");
  CHECK(chosen({{"HTTPS_PROXY", "HTTPS://proxy:3128"}}) == "https://proxy:3128");
  CHECK(chosen({{"ALL_PROXY", "socks5://proxy"}}) == "socks5://proxy:1080");
  CHECK(chosen({{"ALL_PROXY", "Socks5h://u:p%40@[::1]:9050/"}}) == "socks5h://[::1]:9050 u:p@");
}

TEST_CASE("a proxy's credentials are percent-decoded") {
  CHECK(chosen({{"HTTPS_PROXY", "http://user:p%40ss%3aword@proxy:3128"}}) == "proxy:3128 user:p@ss:word");
  CHECK(chosen({{"HTTPS_PROXY", "http://user@proxy:3128"}}) == "proxy:3128 user:");
  CHECK(chosen({{"HTTPS_PROXY", "http://user:p@ss@proxy:3128"}}) == "proxy:3128 user:p@ss");
}

TEST_CASE("a proxy that cannot be used is a usage error that does not show its password") {
  for (const char* value :
       {"socks4://user:hunter2@proxy:1", "socks4a://user:hunter2@proxy:1", "socks://user:hunter2@proxy:1",
        "ftp://user:hunter2@proxy:1", "://user:hunter2@proxy:1", "http://user:hunter2@proxy:99999",
        "http://user:hunter2%@proxy:1", "http://user:hunter2%0d%0a@proxy:1", "http://user:hunter2@"}) {
    const auto failure = failure_of([&] { (void)chosen({{"HTTPS_PROXY", value}}); });
    CHECK(failure.kind == ErrorKind::usage);
    CHECK(failure.message.starts_with("the proxy in HTTPS_PROXY cannot be used: "));
    CHECK(failure.message.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("loopback never goes through a proxy") {
  const Variables proxy{{"HTTPS_PROXY", "http://p:1"}, {"ALL_PROXY", "http://p:1"}};
  for (const char* url : {"https://localhost/", "https://127.0.0.1/", "https://127.8.8.8/", "https://[::1]/",
                          "http://127.0.0.1/"})
    CHECK(chosen(proxy, url) == "direct");
}

TEST_CASE("no_proxy, before NO_PROXY, names what is reached directly") {
  CHECK(chosen({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "chutes.ai"}}) == "direct");
  CHECK(chosen({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "chutes.ai"}, {"no_proxy", "other"}}) == "p:1");
  CHECK(chosen({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "*"}}) == "direct");
}

TEST_CASE("a list of exceptions knows domains, addresses and networks") {
  CHECK(no_proxy_covers("chutes.ai", "chutes.ai"));
  CHECK(no_proxy_covers("chutes.ai", "api.chutes.ai"));
  CHECK(no_proxy_covers(".chutes.ai", "chutes.ai"));
  CHECK(no_proxy_covers("a, Chutes.AI.,b", "api.chutes.ai"));
  CHECK(no_proxy_covers("a b chutes.ai", "api.chutes.ai"));
  CHECK_FALSE(no_proxy_covers("chutes.ai", "notchutes.ai"));
  CHECK_FALSE(no_proxy_covers("api.chutes.ai", "chutes.ai"));
  CHECK_FALSE(no_proxy_covers("*, x", "chutes.ai"));
  CHECK_FALSE(no_proxy_covers("", "chutes.ai"));

  CHECK(no_proxy_covers("10.0.0.1", "10.0.0.1"));
  CHECK(no_proxy_covers("10.0.0.0/8", "10.200.3.4"));
  CHECK(no_proxy_covers("192.168.4.0/22", "192.168.7.255"));
  CHECK(no_proxy_covers("[fd00::1]", "fd00::1"));
  CHECK(no_proxy_covers("fd00::/8", "fd12::1"));
  CHECK_FALSE(no_proxy_covers("10.0.0.0/8", "11.0.0.1"));
  CHECK_FALSE(no_proxy_covers("192.168.4.0/22", "192.168.8.0"));
  CHECK_FALSE(no_proxy_covers("10.0.0.0/99", "10.0.0.1"));
  CHECK_FALSE(no_proxy_covers("10.0.0.0/x", "10.0.0.1"));
  CHECK_FALSE(no_proxy_covers("0.0.0.1", "10.0.0.1"));
}

TEST_CASE("CONNECT shows the proxy its own credentials only, and the origin sees none of them") {
  const auto identity = ProxiedWire::authority().issue("DNS:api.test");
  std::string connect, inside;
  ScriptedServer proxy{{[&](Visitor& visitor) {
    connect = visitor.read_head();
    visitor.send("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n");
    visitor.start_tls(identity);
    inside = visitor.read_request();
    visitor.send(ok_response("through"));
    visitor.close_orderly();
  }}};
  ProxiedWire behind{proxy, "user:p%40ss@"};
  auto request = Wire::request("POST", api);
  request.headers = {{"Authorization", "Bearer secret"}};
  request.body = "{}";
  CHECK(behind.wire.client.send(request).body == "through");
  CHECK(connect ==
        "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\nUser-Agent: chutes-login/" CHUTES_VERSION
        "\r\nProxy-Authorization: Basic " +
            base64_encode("user:p@ss") + "\r\n\r\n");
  CHECK(inside.starts_with("POST /models HTTP/1.1\r\n"));
  CHECK(inside.find("\r\nHost: api.test\r\n") != std::string::npos);
  CHECK(inside.find("Proxy-Authorization") == std::string::npos);
  CHECK(behind.wire.resolver.asked ==
        std::vector<std::string>{"127.0.0.1"}); // the name is the proxy's to look up
}

TEST_CASE("a proxy that requires credentials, other ones, or another method is named with what it requires") {
  const auto requiring = [](const std::string& headers) -> ScriptedServer::Script {
    return [headers](Visitor& visitor) {
      visitor.read_head();
      visitor.send("HTTP/1.1 407 Proxy Authentication Required\r\n" + headers + "Content-Length: 0\r\n\r\n");
      visitor.close();
    };
  };
  const std::string negotiate = "Proxy-Authenticate: Negotiate\r\n",
                    basic = "Proxy-Authenticate: BASIC realm=x\r\n";
  ScriptedServer proxy{{requiring(""), requiring(negotiate + basic), requiring(negotiate), requiring(basic)}};
  ProxiedWire with{proxy, "user:hunter2@"}, without{proxy};
  const std::string name = "the proxy 127.0.0.1:" + std::to_string(proxy.port());
  const auto failure = [&](ProxiedWire& behind) { return failure_of([&] { behind.wire.get(api); }); };
  const auto wrong = failure(with);
  check_said(wrong, ErrorKind::network, {{name, "NAME"}});
  CHECK(failure(with) == wrong);
  check_said(failure(with), ErrorKind::network, {{name, "NAME"}});
  check_said(failure(without), ErrorKind::network, {{name, "NAME"}});
}

TEST_CASE("a proxy that refuses is named with its status") {
  ScriptedServer proxy{{[](Visitor& visitor) {
    visitor.read_head();
    visitor.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope");
    visitor.close();
  }}};
  ProxiedWire behind{proxy};
  check_said(failure_of([&] { behind.wire.get(api); }), ErrorKind::network,
             {{std::to_string(proxy.port()), "PORT"}});
}

TEST_CASE("a proxy that is silent, hangs up, or is none ends the request with its name") {
  ScriptedServer proxy{{[](Visitor& visitor) { visitor.wait_for_end(); },
                        [](Visitor& visitor) {
                          visitor.read_head();
                          visitor.close();
                        },
                        [](Visitor& visitor) {
                          visitor.read_head();
                          visitor.send("220 smtp.example ESMTP\r\n");
                          visitor.wait_for_end();
                        }}};
  ProxiedWire behind{proxy};
  const std::string name = "the proxy 127.0.0.1:" + std::to_string(proxy.port());
  auto request = Wire::request("GET", api);
  request.connect_limit = std::chrono::milliseconds{200};
  check_said(failure_of([&] { behind.wire.client.send(request); }), ErrorKind::network, {{name, "NAME"}});
  check_said(failure_of([&] { behind.wire.get(api); }), ErrorKind::network, {{name, "NAME"}});
  check_said(failure_of([&] { behind.wire.get(api); }), ErrorKind::service, {{name, "NAME"}});
}

TEST_CASE("a proxy cannot pose as the origin") {
  const TestAuthority stranger{"Stranger"};
  const auto identity = stranger.issue("DNS:api.test");
  ScriptedServer proxy{{[&](Visitor& visitor) {
    visitor.read_head();
    visitor.send("HTTP/1.1 200 OK\r\n\r\n");
    visitor.start_tls(identity);
  }}};
  ProxiedWire behind{proxy};
  check_said(failure_of([&] { behind.wire.get(api); }), ErrorKind::network);
}

} // namespace chutes::on_linux
