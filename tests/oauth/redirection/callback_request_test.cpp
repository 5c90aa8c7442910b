// The listener's HTTP reader: what a browser sends passes, everything else is refused with a status.
#include "oauth/redirection/callback_request.hpp"

#include <doctest/doctest.h>

using namespace chutes::oauth;

namespace {

constexpr const char* ours = "127.0.0.1:28417";

// "path?query" of an accepted request, else the status.
std::string verdict(const std::string& head, const char* authority = ours) {
  const auto read = read_callback_request(head, authority);
  if (const auto* refused = std::get_if<RefusedRequest>(&read))
    return std::to_string(refused->status);
  const auto& request = std::get<CallbackRequest>(read);
  return request.path + "?" + request.query;
}

// A plain request for /callback with these further header lines.
std::string with(const std::string& headers) {
  return "GET /callback?code=a&state=b HTTP/1.1\r\nHost: 127.0.0.1:28417\r\n" + headers + "\r\n";
}

std::string line(const std::string& request_line) {
  return request_line + "\r\nHost: 127.0.0.1:28417\r\n\r\n";
}

} // namespace

TEST_CASE("the redirect of a browser is read, with and without fetch metadata") {
  CHECK(verdict(with("")) == "/callback?code=a&state=b");
  CHECK(verdict(line("GET / HTTP/1.0")) == "/?");
  CHECK(verdict(line("GET /callback? HTTP/1.1")) == "/callback?");
  CHECK(verdict(line("GET /callback?a=/?b HTTP/1.1")) == "/callback?a=/?b");
  CHECK(verdict(with("Connection: keep-alive\r\n"
                     "sec-ch-ua: \"Chromium\";v=\"120\"\r\n"
                     "Upgrade-Insecure-Requests: 1\r\n"
                     "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
                     "Accept: text/html,application/xhtml+xml\r\n"
                     "Sec-Fetch-Site: cross-site\r\n"
                     "Sec-Fetch-Mode: navigate\r\n"
                     "Sec-Fetch-User: ?1\r\n"
                     "Sec-Fetch-Dest: document\r\n"
                     "Cookie: a=b; c=d\r\n"
                     "Accept-Language: de-DE,de;q=0.9\r\n")) == "/callback?code=a&state=b");
}

TEST_CASE("only GET in HTTP/1.x asks for something") {
  for (const char* method : {"HEAD", "POST", "PUT", "OPTIONS", "DELETE", "CONNECT", "get"})
    CHECK_MESSAGE(verdict(line(std::string{method} + " /callback?code=a&state=b HTTP/1.1")) == "405", method);
  for (const char* request : {"GET /callback HTTP/2.0", "GET /callback HTTP/0.9", "GET /callback", "GET", "",
                              "GET  /callback HTTP/1.1", "GET /callback HTTP/1.1 ", " GET /callback HTTP/1.1",
                              "GET\t/callback HTTP/1.1", "G(T /callback HTTP/1.1", "PRI * HTTP/2.0"})
    CHECK_MESSAGE(verdict(line(request)) == "400", request);
}

TEST_CASE("only a plain path with a query is a target") {
  for (const char* target : {"http://127.0.0.1:28417/callback", "//evil.test/callback", "*", "callback",
                             "?code=a", "/callback#code", "/call back", "/callback\t", "/\\evil.test",
                             "/caf\xc3\xa9", "/callback\x7f", "127.0.0.1:28417"})
    CHECK_MESSAGE(verdict(line(std::string{"GET "} + target + " HTTP/1.1")) == "400", target);
}

TEST_CASE("any Host but ours is somebody's rebound name") {
  const auto asking = [](const std::string& hosts) { return "GET /callback HTTP/1.1\r\n" + hosts + "\r\n"; };

  CHECK(verdict(asking("Host: 127.0.0.1:28417\r\n")) == "/callback?");
  CHECK(verdict(asking("hOST:127.0.0.1:28417 \r\n")) == "/callback?");
  for (const char* hosts :
       {"", "Host:\r\n", "Host: 127.0.0.1\r\n", "Host: 127.0.0.1:28418\r\n", "Host: evil.test\r\n",
        "Host: localhost:28417\r\n", "Host: 127.0.0.1.evil.test:28417\r\n", "Host: 127.0.0.1.:28417\r\n",
        "Host: [::1]:28417\r\n", "Host: 127.0.0.1:28417, evil.test\r\n", "Host: user@127.0.0.1:28417\r\n",
        "Host: 127.0.0.1:28417\r\nHost: 127.0.0.1:28417\r\n", "Host: 127.0.0.1:28417\r\nHost: evil.test\r\n",
        "Host: 0127.0.0.1:28417\r\n", "Host: 127.1:28417\r\n"})
    CHECK_MESSAGE(verdict(asking(hosts)) == "421", hosts);

  CHECK(verdict(asking("Host: LocalHost:28417\r\n"), "localhost:28417") == "/callback?");
  CHECK(verdict(asking("Host: 127.0.0.1:28417\r\n"), "localhost:28417") == "421");
  CHECK(verdict(asking("Host: [::1]:28417\r\n"), "[::1]:28417") == "/callback?");
}

TEST_CASE("requests of scripts, images, frames and other sites' forms are forbidden") {
  for (const char* headers :
       {"Origin: https://evil.test\r\n", "Origin: null\r\n", "Origin: http://127.0.0.1:28417\r\n",
        "Origin:\r\n", "Sec-Fetch-Mode: no-cors\r\n", "Sec-Fetch-Mode: cors\r\n",
        "Sec-Fetch-Mode: websocket\r\n", "Sec-Fetch-Mode: nested-navigate\r\n", "Sec-Fetch-Dest: image\r\n",
        "Sec-Fetch-Dest: iframe\r\n", "Sec-Fetch-Dest: empty\r\n",
        "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: object\r\n"})
    CHECK_MESSAGE(verdict(with(headers)) == "403", headers);
  CHECK(verdict(with("Sec-Fetch-Mode: navigate\r\nSec-Fetch-Mode: navigate\r\n")) == "400");
}

TEST_CASE("a prefetch is answered with nothing, so that it cannot spend the code") {
  for (const char* headers : {"Sec-Purpose: prefetch\r\n", "Sec-Purpose: prefetch;prerender\r\n",
                              "Purpose: Prefetch\r\n", "X-Purpose: preview\r\n", "X-Moz: prefetch\r\n",
                              "Sec-Purpose: prefetch\r\nSec-Fetch-Dest: empty\r\n"})
    CHECK_MESSAGE(verdict(with(headers)) == "204", headers);
}

TEST_CASE("a head that is not exactly HTTP is refused") {
  for (const char* headers : {"no colon here\r\n", ": no name\r\n", "Name : space before the colon\r\n",
                              "X: a\r\n folded\r\n", "X: a\r\n\tfolded\r\n", "X: bare\nline feed\r\n",
                              "X: bare\rreturn\r\n", "X: bell\x07\r\n", "(X): y\r\n"})
    CHECK_MESSAGE(verdict(with(headers)) == "400", headers);
  CHECK(verdict(with("X: a" + std::string{'\0'} + "b\r\n")) == "400");
  CHECK(verdict("GET /callback HTTP/1.1\nHost: 127.0.0.1:28417\n\n") == "400");
  CHECK(verdict("GET /callback HTTP/1.1\r\nHost: 127.0.0.1:28417\r\n") == "400"); // never ended
  CHECK(verdict(with("") + "body") == "400");
  CHECK(verdict("\r\n" + with("")) == "400");
  CHECK(verdict("\x16\x03\x01\x02") == "400"); // a TLS hello
  CHECK(verdict(std::string(3, '\0')) == "400");
}

TEST_CASE("a head of 8 KiB is read, one of more is too long") {
  const std::size_t besides = with("X: \r\n").size();
  CHECK(verdict(with("X: " + std::string(8192 - besides, 'x') + "\r\n")) == "/callback?code=a&state=b");
  CHECK(verdict(with("X: " + std::string(8193 - besides, 'x') + "\r\n")) == "431");
}

TEST_CASE("whatever prefix of a request arrives, it is refused without harm") {
  const std::string whole = with("Sec-Fetch-Mode: navigate\r\n");
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK_MESSAGE(verdict(whole.substr(0, length)).size() == 3, length);
}
