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

TEST_CASE("a header is secret by the end of its name, whatever comes before") {
  const Redactor redactor;
  for (const char* name :
       {"X-Auth-Token", "x-csrftoken", "X-Amz-Security-Token", "Ocp-Apim-Subscription-Key", "X-Client-Secret",
        "X-Functions-Key", "apikey", "X-Forwarded-Authorization", "Proxy-Authorization", "X-Db-Password"})
    CHECK(redactor.header(name, "an-opaque-value").ends_with(": [redacted]"));
  for (const char* name : {"X-Tokens-Left", "Keep-Alive", "X-Monkey-Business", "Secret-Santa-Id"})
    CHECK(redactor.header(name, "an-opaque-value") == std::string{name} + ": an-opaque-value");
  Redactor learning;
  HttpResponse response;
  response.headers = {{"X-Auth-Token", "an-opaque-value"}};
  learning.learn(response);
  CHECK(learning.text("<an-opaque-value>") == "<[redacted]>");
}

TEST_CASE("a member is secret by its name, in every spelling of it") {
  const Redactor redactor;
  for (const char* name :
       {"access_token",  "accessToken",     "AccessToken",   "access-token", "ACCESS_TOKEN",  "refreshToken",
        "idToken",       "clientSecret",    "client-secret", "codeVerifier", "apiKey",        "api_key",
        "API-KEY",       "private_key",     "privateKey",    "secretKey",    "sessionId",     "sessionToken",
        "deviceSecret",  "password",        "userPassword",  "passPhrase",   "webhookSecret", "signing_key",
        "authorization", "client_assertion"}) {
    const std::string member = std::string{"{\""} + name + "\":";
    CHECK(redactor.text(member + "\"abc\"}") == member + "\"[redacted]\"}");
    CHECK(redactor.text(std::string{name} + "=abc&x=1") == std::string{name} + "=[redacted]&x=1");
  }
  for (const char* text :
       {R"({"token_type":"Bearer","expires_in":3600,"scope":"openid"})",
        R"({"status_code":200,"country":"code","max_tokens":5,"hotkey":"5Hot","keys":["k"]})",
        "token_type=Bearer&status_code=200&total_tokens=5"})
    CHECK(redactor.text(text) == text);
}

TEST_CASE("what is not strict JSON hides its secrets all the same") {
  struct Row {
    const char* what;
    const char* text;
  };
  constexpr Row rows[] = {
      {"cut by a byte", R"({"access_token":"SECRET","refresh_token":"SECRET")"},
      {"cut within the value", R"({"access_token":"SECRET)"},
      {"cut before the value", R"({"access_token":)"},
      {"a repeated member", R"({"access_token":"SECRET","access_token":"SECRET"})"},
      {"text behind it", R"({"access_token":"SECRET"} trailing)"},
      {"a prefix", R"()]}',{"access_token":"SECRET"})"},
      {"a byte order mark", "\xef\xbb\xbf{\"access_token\":\"SECRET\"}"},
      {"single quotes", "{'access_token': 'SECRET'}"},
      {"no quotes", "{access_token: SECRET, refreshToken=SECRET}"},
      {"spaces and lines", "{\"access_token\"\t:\r\n  \"SECRET\",}"},
      {"an escaped name", R"({"access\u005ftoken":"SECRET",})"},
      {"an escaped quotation mark in the value", R"({"password":"a\"SECRET",})"},
      {"a list", R"({"token":["SECRET","SECRET"],)"},
      {"an object", R"({"credential":{"x":"SECRET"},)"},
      {"JSON in a string of it", R"({"body":"{\"access_token\":\"SECRET\"}",)"},
      {"JSON in a string of strict JSON", R"({"body":"{\"access_token\":\"SECRET\"}"})"},
      {"a form in a string of strict JSON", R"({"detail":"failed: client_secret=SECRET&x=1"})"},
      {"percent-encoded JSON", "q=%7B%22access_token%22%3A%22SECRET%22%7D"},
      {"XML", "<r><access_token>SECRET</access_token><refreshToken type=\"x\">SECRET</refreshToken></r>"},
      {"XML with an attribute", "<session accessToken=\"SECRET\" apiKey='SECRET'/>"},
      {"XML with CDATA", "<password><![CDATA[SECRET]]></password>"},
      {"XML that is cut", "<access_token>SECRET"},
      {"YAML", "access_token: SECRET\nclient_secret: 'SECRET'"},
      {"an INI file", "[default]\nclient_secret = SECRET\n"},
      {"a log line", "retry with refresh_token=SECRET, then code=SECRET"},
      {"a number", R"({"password":12345678SECRET,})"},
  };
  for (const auto& [what, text] : rows) {
    Redactor redactor;
    CHECK_MESSAGE(redactor.text(text).find("SECRET") == std::string::npos,
                  what << ": " << redactor.text(text));
    redactor.learn_body(text); // and the place of it teaches its value
    CHECK_MESSAGE(redactor.text(text).find("SECRET") == std::string::npos, what);
  }
  const std::string deep = std::string(100, '[') + R"({"access_token":"SECRET"})" + std::string(100, ']');
  CHECK(Redactor{}.text(deep).find("SECRET") == std::string::npos);
}

TEST_CASE("a secret of what is not strict JSON is known by its value from then on") {
  Redactor redactor;
  redactor.learn_body(R"({"access_token":"an-opaque-token",)");
  CHECK(redactor.text("it was an-opaque-token") == "it was [redacted]");
}

TEST_CASE("a path, a word of prose and a name without a value are no secrets") {
  const Redactor redactor;
  for (const char* text : {"> POST https://h/idp/apps/1/rotate-secret: 200, 35 bytes", "the token: see above",
                           "error code: 12, state: running", R"(["access_token","refresh_token"])",
                           R"(Bearer error="invalid_token", error_description="expired")", "a <token/> here"})
    CHECK(redactor.text(text) == text);
}

TEST_CASE("a credential of the service is known with its characters escaped, as in a URL or in JSON") {
  const Redactor redactor;
  for (const char* text :
       {"x=cak%5Fabc.def", "%63ak_abc%2Edef", "%63%61%6b%5f%61", "/callback/crt%5fabc-1",
        R"(cut "cak\u005fabc.def)", R"({"a":"cpk\u005fabc"})", "x%20csc_abc", "eyJhbGciOi%2EeyJzdWIi%2Ec2ln"})
    CHECK_MESSAGE(redactor.text(text).find("[redacted]") != std::string::npos, text);
  CHECK(redactor.text("x=cak%5Fabc&y=1") == "x=[redacted]&y=1");
}

TEST_CASE("of an answer that holds tokens and cannot be read, -vv shows the size only") {
  struct Row {
    const char* body;
    bool shown;
  };
  constexpr Row rows[] = {{R"({"x":"opaque-token-1","expires_in":3600})", true},
                          {R"({"x":"opaque-token-1","expires_in":3600)", false},
                          {R"({"x":"opaque-token-1","x":"opaque-token-1"})", false},
                          {R"({"x":"opaque-token-1"} )"
                           "x",
                           false},
                          {R"(while(1);{"x":"opaque-token-1"})", false},
                          {R"(["opaque-token-1"])", false},
                          {R"("opaque-token-1")", false},
                          {"<x>opaque-token-1</x>", false},
                          {"opaque-token-1", false}};
  for (const auto& [body, shown] : rows) {
    fakes::ScriptedHttp inner;
    fakes::RecordingTerminal terminal;
    LoggingHttpClient http{inner, terminal, 2, std::nullopt};
    auto request = refresh_request();
    request.answer_has_secrets = true;
    inner.expect("POST", request.url.text(), 200, body);
    CHECK(http.send(request).body == body);
    CHECK_MESSAGE((terminal.errors.find("opaque-token-1") != std::string::npos) == shown, body);
    const auto size =
        "\n< (" + std::to_string(std::string_view{body}.size()) + " bytes that are not a JSON object)\n";
    CHECK_MESSAGE((terminal.errors.find(size) != std::string::npos) == !shown, body);
  }
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
