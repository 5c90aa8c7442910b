// The requests to token, revocation, introspection and userinfo endpoints, byte for byte.
#include "base/base64.hpp"
#include "fakes/http_client.hpp"
#include "oauth/failure.hpp"
#include "oauth/introspection.hpp"
#include "oauth/revocation.hpp"
#include "oauth/token_endpoint.hpp"
#include "oauth/userinfo.hpp"

using namespace chutes;
using namespace chutes::oauth;

namespace {

constexpr const char* token_url = "https://idp.example.org/token";
constexpr const char* token_json =
    R"({"access_token":"cak_new","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_new"})";
const HttpHeaders form_headers{{"Content-Type", "application/x-www-form-urlencoded"},
                               {"Accept", "application/json"}};

TokenEndpoint endpoint(HttpClient& http, std::optional<Secret> secret = Secret{"csc+/"}) {
  return {*Url::parse(token_url), {"cid_example", std::move(secret)}, http};
}

// The body of the one request that `act` sends.
template <typename Act>
void check_body(fakes::ScriptedHttp& http, const std::string& url, const std::string& answer,
                const std::string& body, const Act& act) {
  http.expect("POST", url, 200, answer).look = [&](const HttpRequest& request) {
    CHECK(request.body == body);
    CHECK(request.headers == form_headers);
    CHECK_FALSE(request.url.query);
  };
  act();
}

} // namespace

TEST_CASE(
    "RFC 6749 4.1.3: a code is exchanged with verifier, redirect URI and the client's secret in the body") {
  fakes::ScriptedHttp http;
  check_body(
      http, token_url, token_json,
      "grant_type=authorization_code&code=the+code%26&redirect_uri=http%3A%2F%2F127.0.0.1%3A28417%2Fcallback"
      "&code_verifier=the-verifier&client_id=cid_example&client_secret=csc%2B%2F",
      [&] {
        const auto answer = endpoint(http).exchange(Secret{"the code&"}, CodeVerifier{Secret{"the-verifier"}},
                                                    "http://127.0.0.1:28417/callback");
        CHECK(std::get<TokenResponse>(answer).access_token == Secret{"cak_new"});
      });
}

TEST_CASE("RFC 6749 6: a refresh token is sent alone with the client, without a scope") {
  fakes::ScriptedHttp http;
  check_body(http, token_url, token_json,
             "grant_type=refresh_token&refresh_token=crt_old&client_id=cid_example&client_secret=csc%2B%2F",
             [&] {
               const auto answer = endpoint(http).refresh(Secret{"crt_old"});
               CHECK(std::get<TokenResponse>(answer).refresh_token == Secret{"crt_new"});
             });
}

TEST_CASE("a public client sends its id and no secret") {
  fakes::ScriptedHttp http;
  check_body(http, token_url, token_json,
             "grant_type=refresh_token&refresh_token=crt_old&client_id=cid_example",
             [&] { static_cast<void>(endpoint(http, std::nullopt).refresh(Secret{"crt_old"})); });
}

TEST_CASE("RFC 6749 2.3.1: id and secret are form-encoded before they are joined into a Basic header") {
  fakes::ScriptedHttp http;
  const ClientCredentials client{"my cli", Secret{"a:b+c/d%&\xc3\xbc"},
                                 ClientAuthMethod::client_secret_basic};
  const auto header = "Basic " + base64_encode("my+cli:a%3Ab%2Bc%2Fd%25%26%C3%BC");
  const auto check = [&](const HttpRequest& request) {
    CHECK(request.headers.back() == std::pair{std::string{"Authorization"}, header});
    CHECK(request.body.find("client_id") == std::string::npos);
    CHECK(request.body.find("client_secret") == std::string::npos);
    CHECK_FALSE(request.url.query);
  };
  http.expect("POST", token_url, 200, token_json).look = check;
  static_cast<void>(TokenEndpoint{*Url::parse(token_url), client, http}.refresh(Secret{"crt_old"}));
  http.expect("POST", token_url, 200, R"({"active":true})").look = check;
  static_cast<void>(introspect(*Url::parse(token_url), Secret{"crt_old"}, http, &client));
  http.expect("POST", token_url, 200).look = check;
  CHECK(revoke(*Url::parse(token_url), Secret{"crt_old"}, "refresh_token", http, &client) ==
        Revocation::done);
}

TEST_CASE("a client without a secret names itself in the body, wherever a secret would go") {
  fakes::ScriptedHttp http;
  const ClientCredentials client{"my-cli", std::nullopt, ClientAuthMethod::client_secret_basic};
  check_body(
      http, token_url, token_json, "grant_type=refresh_token&refresh_token=crt_old&client_id=my-cli", [&] {
        static_cast<void>(TokenEndpoint{*Url::parse(token_url), client, http}.refresh(Secret{"crt_old"}));
      });
}

TEST_CASE("a token request is sent once, whatever becomes of it") {
  fakes::ScriptedHttp http;
  http.expect("POST", token_url, 0).failure =
      std::make_exception_ptr(Error{ErrorKind::network, "the connection was lost"});
  CHECK(failure_of([&] { static_cast<void>(endpoint(http).refresh(Secret{"crt_old"})); }) ==
        Failure{ErrorKind::network});
  CHECK(http.requests.size() == 1);

  http.expect("POST", token_url, 503, "busy");
  CHECK(failure_of([&] { static_cast<void>(endpoint(http).refresh(Secret{"crt_old"})); }).status == 503);
  CHECK(http.requests.size() == 2);
}

TEST_CASE("RFC 7009: a token is revoked with its kind, and only a 200 says that it was") {
  fakes::ScriptedHttp http;
  const auto url = *Url::parse("https://idp.example.org/revoke");
  check_body(http, url.text(), R"({"revoked":true})", "token=crt_old&token_type_hint=refresh_token",
             [&] { CHECK(revoke(url, Secret{"crt_old"}, "refresh_token", http) == Revocation::done); });
  http.expect("POST", url.text(), 503);
  CHECK(revoke(url, Secret{"cak_old"}, "access_token", http) == Revocation::failed);
  http.expect("POST", url.text(), 400, R"({"error":"unsupported_token_type"})");
  CHECK(revoke(url, Secret{"cak_old"}, "access_token", http) == Revocation::unsupported);
}

TEST_CASE("RFC 7662: an inactive token is an answer, and nonsense is not") {
  fakes::ScriptedHttp http;
  const auto url = *Url::parse("https://idp.example.org/introspect");
  check_body(http, url.text(), R"({"active":false})", "token=cak_old",
             [&] { CHECK_FALSE(introspect(url, Secret{"cak_old"}, http).active); });

  http.expect("POST", url.text(), 200, R"({ "active": true, "sub": "u-1", "exp": 5 })");
  const auto active = introspect(url, Secret{"cak_old"}, http);
  CHECK(active.active);
  CHECK(active.text == R"({"active":true,"sub":"u-1","exp":5})");

  for (const char* body : {"", "<html>", "[]", R"({"active":"true"})", R"({"sub":"u-1"})"}) {
    http.expect("POST", url.text(), 200, body);
    CHECK(failure_of([&] { static_cast<void>(introspect(url, Secret{"cak_old"}, http)); }) ==
          Failure{ErrorKind::service, 200});
  }
  Sentences said;
  for (const auto& expected : {Failure{ErrorKind::service, 401}, Failure{ErrorKind::limit, 429}}) {
    http.expect("POST", url.text(), *expected.status, R"({"active":true})");
    const auto failure = failure_of([&] { static_cast<void>(introspect(url, Secret{"cak_old"}, http)); });
    CHECK(failure == expected);
    said.add(std::to_string(*expected.status), failure.text());
  }
  said.check();
}

TEST_CASE("userinfo says whose token it is, by the best name there is") {
  fakes::ScriptedHttp http;
  const auto url = *Url::parse("https://idp.example.org/userinfo");
  struct Row {
    const char* claims;
    const char* username;
  };
  for (const auto& row : {Row{R"({"sub":"u-1","username":"ada","name":"Ada L."})", "ada"},
                          Row{R"({"sub":"u-1","preferred_username":"ada","name":"Ada L."})", "ada"},
                          Row{R"({"sub":"u-1","username":"","name":"Ada L."})", "Ada L."},
                          Row{R"({"sub":"u-1","username":7})", ""}}) {
    http.expect("GET", url.text(), 200, row.claims).look = [](const HttpRequest& request) {
      CHECK(request.headers ==
            HttpHeaders{{"Authorization", "Bearer cak_token"}, {"Accept", "application/json"}});
    };
    const auto answer = userinfo(url, Secret{"cak_token"}, http);
    REQUIRE(answer.info);
    CHECK(answer.info->sub == "u-1");
    CHECK(answer.info->username == row.username);
  }
}

TEST_CASE("a userinfo answer without a subject is passed on as it came") {
  fakes::ScriptedHttp http;
  const auto url = *Url::parse("https://idp.example.org/userinfo");
  for (const int status : {401, 403, 500}) {
    http.expect("GET", url.text(), status, R"({"detail":"no","sub":"u-1"})");
    const auto answer = userinfo(url, Secret{"cak_token"}, http);
    CHECK(answer.response.status == status);
    CHECK(answer.response.body == R"({"detail":"no","sub":"u-1"})");
    CHECK_FALSE(answer.info);
  }
  for (const char* body : {"<html>", "{}", R"({"sub":17})", R"({"sub":"a","sub":"b"})"}) {
    http.expect("GET", url.text(), 200, body);
    CHECK_FALSE(userinfo(url, Secret{"cak_token"}, http).info);
  }
}
