// What -vv may show: secrets by their place, and by their value wherever else they turn up.
#include "base/base64.hpp"
#include "base/form.hpp"
#include "cli/http/logging_http_client.hpp"
#include "cli/http/redaction.hpp"
#include "fakes/http_client.hpp"
#include "fakes/terminal.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;

namespace {

const std::string secret = "s3cret+/ value";

HttpRequest refresh_request() {
  HttpRequest request;
  request.method = "POST";
  request.url = *Url::parse("https://api.chutes.ai/idp/token?state=abcdefgh&page=2");
  request.headers = {{"Authorization", "Bearer cak_abc.def"}, {"Accept", "application/json"}};
  request.body = encode_form({{"grant_type", "refresh_token"}, {"refresh_token", secret}});
  return request;
}

} // namespace

TEST_CASE("headers that carry credentials show their scheme and nothing more") {
  const Redactor redactor;
  CHECK(redactor.header("Authorization", "Bearer xyz") == "Authorization: Bearer [redacted]");
  CHECK(redactor.header("authorization", "xyz") == "authorization: [redacted]");
  CHECK(redactor.header("Set-Cookie", "session=xyz; Path=/") == "Set-Cookie: [redacted]");
  CHECK(redactor.header("X-API-Key", "xyz") == "X-API-Key: [redacted]");
  CHECK(redactor.header("Accept", "application/json") == "Accept: application/json");
}

TEST_CASE("a client's secret in a Basic header is known by its value from then on") {
  Redactor redactor;
  auto request = refresh_request();
  request.headers = {{"Authorization", "Basic " + base64_encode("my-cli:a+secret%2B1")}};
  redactor.learn(request);
  CHECK(redactor.text("no 'a secret+1' here") == "no '[redacted]' here");
}

TEST_CASE("values of secret form fields, query parameters and JSON members are removed") {
  const Redactor redactor;
  CHECK(redactor.text("grant_type=refresh_token&refresh_token=abc&client_secret=&x=1") ==
        "grant_type=refresh_token&refresh_token=[redacted]&client_secret=[redacted]&x=1");
  CHECK(redactor.text("https://h/callback?code=abc&state=def&page=2") ==
        "https://h/callback?code=[redacted]&state=[redacted]&page=2");
  CHECK(redactor.text(R"({"access_token":"abc","deep":[{"Client_Secret":"def","n":1}],"scope":"openid"})") ==
        R"({"access_token":"[redacted]","deep":[{"Client_Secret":"[redacted]","n":1}],"scope":"openid"})");
  CHECK(redactor.text(R"({"code":123456,"token":["abc",{"n":7}],"n":1})") ==
        R"({"code":"[redacted]","token":["[redacted]",{"n":"[redacted]"}],"n":1})");
  CHECK(redactor.text(R"(data: {"access_token":"abc"})") == R"(data: {"access_token":"[redacted]"})");
  CHECK(redactor.text("https://h/#access_token=abc&x=1, client%5Fsecret=def") ==
        "https://h/#access_token=[redacted]&x=1, client%5Fsecret=[redacted]");
  CHECK(redactor.text("nothing to hide: a=b, 1 < 2") == "nothing to hide: a=b, 1 < 2");
}

TEST_CASE("what looks like a credential of the service, or a JSON Web Token, is removed wherever it is") {
  const Redactor redactor;
  CHECK(redactor.text("key cpk_abc-1.x and (cak_9), crt_x\ncsc_y") ==
        "key [redacted] and ([redacted]), [redacted]\n[redacted]");
  CHECK(redactor.text("id eyJhbGciOi.eyJzdWIi.c2ln!") == "id [redacted]!");
  CHECK(redactor.text("a packcak_ages name, cak_ alone, eyJ.nothing") ==
        "a pack[redacted] name, cak_ alone, eyJ.nothing");
}

TEST_CASE("a secret that was seen in its place is known everywhere, in every form it could be shown in") {
  Redactor redactor;
  redactor.learn(refresh_request());
  for (const auto& form : {secret, percent_encode(secret), base64_encode(secret), base64url_encode(secret)})
    CHECK(redactor.text("it says <" + form + ">") == "it says <[redacted]>");
  CHECK(redactor.text("abcdefgh") == "[redacted]"); // the state of the query
  HttpResponse response;
  response.headers = {{"Location", "http://127.0.0.1/callback?code=the-code-itself"}};
  response.body = R"({"access_token":"an-opaque-token","expires_in":3600})";
  response.headers.emplace_back("Set-Cookie", "session=a-cookie-value; Path=/");
  redactor.learn(response);
  CHECK(redactor.text("the-code-itself, an-opaque-token") == "[redacted], [redacted]");
  CHECK(redactor.text("a-cookie-value") == "[redacted]");
}

TEST_CASE("each cookie of a request is known, and a secret that JSON writes with escapes") {
  Redactor redactor;
  HttpRequest request;
  request.url = *Url::parse("https://h/");
  request.headers = {{"Cookie", "session=a-cookie-value; theme=quite-dark"}};
  redactor.learn(request);
  CHECK(redactor.text("<a-cookie-value> <quite-dark>") == "<[redacted]> <[redacted]>");
  redactor.learn_body(R"({"password":"quo\"ted/pass"})");
  CHECK(redactor.text(R"(no JSON: "quo\"ted/pass" "quo\"ted\/pass")") ==
        R"(no JSON: "[redacted]" "[redacted]")");
}

TEST_CASE("short values are not learnt: too much else would vanish") {
  Redactor redactor;
  redactor.learn_body("token=true&code=1");
  CHECK(redactor.text("true 1") == "true 1");
}

TEST_CASE("-vv shows request and answer line by line, and a secret split across pieces is still one") {
  fakes::ScriptedHttp inner;
  fakes::RecordingTerminal terminal;
  LoggingHttpClient http{inner, terminal, 2, std::nullopt};
  auto& exchange = inner.expect("POST", refresh_request().url.text(), 200);
  exchange.response.headers = {{"Content-Type", "text/event-stream"}};
  const std::string line = "data: " + secret + " \x1b[2J\n";
  for (const char c : line + "the end")
    exchange.pieces.emplace_back(1, c);
  std::string heard;
  const auto response = http.stream(refresh_request(), {}, [&](std::string_view piece) {
    heard += piece;
    return ReadResult::more;
  });
  CHECK(response.status == 200);
  CHECK(heard == line + "the end");
  CHECK(terminal.errors.starts_with("> POST https://api.chutes.ai/idp/token?state=[redacted]&page=2\n"
                                    "> Authorization: Bearer [redacted]\n> Accept: application/json\n"
                                    "> grant_type=refresh_token&refresh_token=[redacted]\n"
                                    "< 200\n< Content-Type: text/event-stream\n< data: [redacted] "));
  CHECK(terminal.errors.find("\n< the end\n> POST https://api.chutes.ai/idp/token: 200, ") !=
        std::string::npos);
  CHECK(terminal.errors.find('\x1b') == std::string::npos);
}

TEST_CASE("-v says one line with the phases, and what failed how") {
  fakes::ScriptedHttp inner;
  fakes::RecordingTerminal terminal;
  LoggingHttpClient http{inner, terminal, 1, std::nullopt};
  HttpRequest request;
  request.url = *Url::parse("https://api.chutes.ai/users/me?page=1");
  using std::chrono::microseconds;
  inner.expect("GET", request.url.text(), 200, "12345").response.timing = HttpTiming{false,
                                                                                     microseconds{100},
                                                                                     microseconds{2000},
                                                                                     microseconds{30500},
                                                                                     microseconds{4000},
                                                                                     microseconds{40000}};
  inner.expect("GET", request.url.text(), 404, "").response.timing =
      HttpTiming{true, {}, {}, {}, microseconds{4000}, microseconds{5000}};
  inner.expect("GET", request.url.text(), 0).failure =
      std::make_exception_ptr(Error{ErrorKind::network, "could not reach api.chutes.ai"});
  static_cast<void>(http.send(request));
  static_cast<void>(http.send(request));
  CHECK_THROWS_AS(static_cast<void>(http.send(request)), Error);
  CHECK(terminal.errors ==
        "> GET https://api.chutes.ai/users/me: 200, 5 bytes, 40.0 ms (name 0.1, connect 2.0, tls 30.5, first "
        "byte 4.0)\n"
        "> GET https://api.chutes.ai/users/me: 404, 0 bytes, 5.0 ms (connection reused, first byte 4.0)\n"
        "> GET https://api.chutes.ai/users/me: could not reach api.chutes.ai\n");
}

TEST_CASE("bodies that are no text are counted, and long ones cut") {
  fakes::ScriptedHttp inner;
  fakes::RecordingTerminal terminal;
  LoggingHttpClient http{inner, terminal, 2, std::nullopt};
  HttpRequest request;
  request.url = *Url::parse("https://api.chutes.ai/x");
  inner.expect("GET", request.url.text(), 200, std::string{"\x89PNG\0", 5});
  inner.expect("GET", request.url.text(), 200, std::string(20000, 'x'));
  static_cast<void>(http.send(request));
  CHECK(terminal.errors.find("< (5 bytes of binary data)\n") != std::string::npos);
  terminal.errors.clear();
  static_cast<void>(http.send(request));
  CHECK(terminal.errors.size() < 9000);
}
