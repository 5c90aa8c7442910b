#include "base/url.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("a URL is taken apart and put together again as it was written") {
  const auto url = *Url::parse("https://api.chutes.ai:8443/idp/authorize?a=1&b=%20?x");
  CHECK(url == Url{"https", "api.chutes.ai", 8443, true, "/idp/authorize", "a=1&b=%20?x"});
  CHECK(url.text() == "https://api.chutes.ai:8443/idp/authorize?a=1&b=%20?x");
  CHECK(url.origin() == "https://api.chutes.ai:8443");
  CHECK(url.authority() == "api.chutes.ai:8443");
  CHECK(url.target() == "/idp/authorize?a=1&b=%20?x");
}

TEST_CASE("scheme and host are lower case, the path is left alone, and a scheme's own port is not repeated") {
  const auto url = *Url::parse("HTTPS://API.Chutes.AI:443/Path");
  CHECK(url.text() == "https://api.chutes.ai/Path");
  CHECK(url.port == 443);
  CHECK(url.port_given);
  CHECK(Url::parse("http://127.0.0.1")->port == 80);
  CHECK(!Url::parse("http://127.0.0.1")->port_given);
}

TEST_CASE("a URL without a path asks for the root, and stays without one in text") {
  const auto url = *Url::parse("https://api.chutes.ai");
  CHECK(url.text() == "https://api.chutes.ai");
  CHECK(url.target() == "/");
  CHECK(Url::parse("https://api.chutes.ai?x=1")->text() == "https://api.chutes.ai/?x=1");
  CHECK(Url::parse("https://api.chutes.ai/?")->query == "");
}

TEST_CASE("IPv6 literals keep their brackets where they belong") {
  const auto url = *Url::parse("http://[::1]:8080/x");
  CHECK(url.host == "::1");
  CHECK(url.text() == "http://[::1]:8080/x");
  CHECK(url.is_loopback());
}

TEST_CASE("what is no plain http or https URL is refused") {
  for (const char* text : {"",
                           "api.chutes.ai",
                           "ftp://a/",
                           "//a/",
                           "https://",
                           "https:///x",
                           "https://:443/",
                           "https://a:/",
                           "https://a:0/",
                           "https://a:65536/",
                           "https://a:-1/",
                           "https://a:+80/",
                           "https://a:8o/",
                           "https://user@a/",
                           "https://user:password@a/",
                           "https://a/#fragment",
                           "https://a/ b",
                           "https://a/\n",
                           "https://a/\t",
                           "https://a\\b/",
                           "https://[::1/",
                           "https://[::1]x/",
                           "https://[]/",
                           "https://[abc]/",
                           "https://é/",
                           "https://a/é",
                           "https://a%20b/",
                           "https://a,b/",
                           "https://a/\"",
                           "https://a/<",
                           "javascript://a/%0aalert(1)"})
    CHECK_MESSAGE(!Url::parse(text), text);
}

TEST_CASE("loopback is 127.0.0.0/8, ::1 and localhost, and nothing that only looks like them") {
  for (const char* text : {"http://127.0.0.1/", "http://127.255.0.7/", "http://localhost/", "http://[::1]/"})
    CHECK_MESSAGE(Url::parse(text)->is_loopback(), text);
  for (const char* text :
       {"http://127.0.0.1.example.org/", "http://127.0.0.1.5/", "http://127.0.0/", "http://127.0.0.256/",
        "http://128.0.0.1/", "http://localhost.example.org/", "http://127.0.0.1./", "http://[::2]/",
        "http://0.0.0.0/", "http://1270.0.0.1/", "http://127..0.1/"})
    CHECK_MESSAGE(!Url::parse(text)->is_loopback(), text);
}

TEST_CASE("spellings that resolvers disagree about are not loopback, whatever some of them make of them") {
  for (const char* host : {"0127.0.0.1", // octal: 87.0.0.1
                           "127.0.0.01", // octal here, decimal there
                           "127.00.0.1",
                           "127.0.0.010",
                           "127.0.0.001",
                           "0177.0.0.1",
                           "0x7f.0.0.1",
                           "127.0.0.0x1",
                           "0x7f000001",
                           "017700000001",
                           "2130706433",
                           "127",
                           "127.1",
                           "127.0.1",
                           "127.0.0.1.",
                           ".127.0.0.1",
                           "127.0.0.1..",
                           "127.0.0.-1",
                           "127.0.0.1e0",
                           "localhost.",
                           "localhost.localdomain",
                           "local-host",
                           "xlocalhost",
                           "ip6-localhost",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[::127.0.0.1]",
                           "[::01]",
                           "[0:0::1]",
                           "[0:0:0:0:0:0:0:1]",
                           "[::]",
                           "[::1:0]"}) {
    const auto url = Url::parse("http://" + std::string{host} + "/");
    REQUIRE_MESSAGE(url, host);
    CHECK_MESSAGE(!url->is_loopback(), host);
    CHECK_MESSAGE(!url->is_protected(), host);
  }
  for (const char* host : {"[::1%lo]", "[::1%25lo]", "127.0.0.1%lo", "[127.0.0.1]", "[::1", "::1"})
    CHECK_MESSAGE(!Url::parse("http://" + std::string{host} + "/"), host);
}

TEST_CASE("secrets may go over https, and over plain http to this machine only") {
  CHECK(Url::parse("https://example.org/")->is_protected());
  CHECK(Url::parse("http://127.0.0.1:8080/")->is_protected());
  CHECK(!Url::parse("http://example.org/")->is_protected());
}

TEST_CASE("a path is added without a doubled slash and without the query") {
  CHECK(Url::parse("https://a.b/v1/?x=1")->with_path_added("/models").text() == "https://a.b/v1/models");
  CHECK(Url::parse("https://a.b")->with_path_added("/models").text() == "https://a.b/models");
  CHECK(Url::parse("https://a.b///")->with_path_added("").text() == "https://a.b");
}
