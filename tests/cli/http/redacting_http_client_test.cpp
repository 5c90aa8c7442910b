// What a server says back of the credentials it was sent.
#include "base/base64.hpp"
#include "cli/http/redacting_http_client.hpp"
#include "fakes/http_client.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;

namespace {

constexpr const char* address = "https://api.chutes.ai/x";

HttpRequest form(std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.url = *Url::parse(address);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = std::move(body);
  return request;
}

HttpRequest authorized(const std::string& credential) {
  HttpRequest request;
  request.url = *Url::parse(address);
  request.headers = {{"Authorization", credential}};
  return request;
}

} // namespace

TEST_CASE(
    "a refusal that repeats a request's credentials has them removed, as they are and percent-encoded") {
  fakes::ScriptedHttp http;
  RedactingHttpClient client{http};
  http.expect(
      "POST", address, 400,
      "no refresh_token=crt_a%2Fb%2Bc or crt_a/b+c for client_secret=csc_secret of client_id=cid_example");
  CHECK(client
            .send(form("grant_type=refresh_token&refresh_token=crt_a%2Fb%2Bc&client_id=cid_example"
                       "&client_secret=csc_secret"))
            .body ==
        "no refresh_token=(not shown) or (not shown) for client_secret=(not shown) of client_id=cid_example");
}

TEST_CASE(
    "what an earlier request sent is not repeated later, in a header either, nor where it was streamed") {
  fakes::ScriptedHttp http;
  RedactingHttpClient client{http};
  http.expect("GET", address, 401, "Bearer cak_token?");
  CHECK(client.send(authorized("Bearer cak_token")).body == "Bearer (not shown)?");
  http.expect("POST", address, 500, "cak_token cak_token").response.headers = {{"X-Request-Id", "cak_token"}};
  const auto response =
      client.stream(form("code=12345678"), {}, [](std::string_view) { return ReadResult::more; });
  CHECK(response.body == "(not shown) (not shown)");
  CHECK(response.headers == HttpHeaders{{"X-Request-Id", "(not shown)"}});
}

TEST_CASE("a credential is known as JSON writes it too, with its slashes escaped or not, and in base64") {
  fakes::ScriptedHttp http;
  RedactingHttpClient client{http};
  http.expect("POST", address, 400, R"({"detail":"a\/to\"ken, a/to\"ken, YS90byJrZW4="})");
  CHECK(client.send(form("token=a%2Fto%22ken")).body ==
        "{\"detail\":\"(not shown), (not shown), (not shown)\"}");
}

TEST_CASE("a client's secret that went out in a Basic header is not repeated either") {
  fakes::ScriptedHttp http;
  RedactingHttpClient client{http};
  http.expect("GET", address, 401, "not my-cli with my secret+1 nor my%20secret%2B1");
  CHECK(client.send(authorized("Basic " + base64_encode("my-cli:my+secret%2B1"))).body ==
        "not my-cli with (not shown) nor (not shown)");
  http.expect("GET", address, 401, "Basic !");
  CHECK(client.send(authorized("Basic !")).body == "Basic !");
}

TEST_CASE("a success is left as it is, and so is what is too short to be a credential") {
  fakes::ScriptedHttp http;
  RedactingHttpClient client{http};
  http.expect("POST", address, 200, R"({"refresh_token":"crt_the_same"})");
  CHECK(client.send(form("refresh_token=crt_the_same")).body == R"({"refresh_token":"crt_the_same"})");
  http.expect("POST", address, 400, "not an error code");
  CHECK(client.send(form("code=error&token=&client_secret")).body == "not an error code");
  http.expect("GET", address, 400, "no scheme");
  CHECK(client.send(authorized("")).body == "no scheme");
}

TEST_CASE("a refusal that writes the credential with JSON's escapes has it removed too") {
  fakes::ScriptedHttp http;
  RedactingHttpClient client{http};
  http.expect("GET", address, 403, R"({"detail":"no rights: cak\u005fsec\/ret"})");
  CHECK(client.send(authorized("Bearer cak_sec/ret")).body == R"_({"detail":"no rights: (not shown)"})_");
}

TEST_CASE("a failure that quotes a credential is reported without it, and stays the same failure") {
  fakes::ScriptedHttp http;
  RedactingHttpClient client{http};
  http.expect("GET", address, 200, "");
  static_cast<void>(client.send(authorized("Bearer cak_secret")));
  Error error{ErrorKind::service, "no such token: cak_secret", "not cak_secret"};
  error.with_status(200).with_request_id("for cak_secret");
  const auto redacted = client.without_credentials(error);
  CHECK(redacted.what() == std::string{"no such token: (not shown)"});
  CHECK(redacted.hint() == "not (not shown)");
  CHECK(redacted.request_id() == "for (not shown)");
  CHECK(redacted.kind() == ErrorKind::service);
  CHECK(redacted.status() == 200);
}
