// What a discovery document may say, and what would lead a code elsewhere.
#include "fakes/http_client.hpp"
#include "oauth/discovery.hpp"
#include "oauth/failure.hpp"

#include <map>

using namespace chutes;
using namespace chutes::oauth;

namespace {

// A good document for `issuer`, with these members replaced (null JSON text: left out).
std::string document(const std::string& issuer, const std::map<std::string, std::string>& instead = {}) {
  std::map<std::string, std::string> members{
      {"issuer", '"' + issuer + '"'},
      {"authorization_endpoint", '"' + issuer + "/authorize\""},
      {"token_endpoint", '"' + issuer + "/token\""},
      {"userinfo_endpoint", '"' + issuer + "/userinfo\""},
      {"revocation_endpoint", '"' + issuer + "/revoke\""},
      {"introspection_endpoint", '"' + issuer + "/introspect\""},
      {"jwks_uri", '"' + issuer + "/jwks\""},
  };
  for (const auto& [name, value] : instead)
    members[name] = value;
  std::string text;
  for (const auto& [name, value] : members)
    if (!value.empty())
      text += (text.empty() ? "{\"" : ",\"") + name + "\":" + value;
  return text + "}";
}

ServerMetadata discovered(const std::string& issuer, const std::string& body) {
  fakes::ScriptedHttp http;
  http.expect("GET", issuer + "/.well-known/openid-configuration", 200, body);
  return discover(*Url::parse(issuer), http);
}

Failure refused(const std::string& body, const std::string& issuer = "https://idp.example.org") {
  return failure_of([&] { static_cast<void>(discovered(issuer, body)); });
}

} // namespace

TEST_CASE("Chutes is known without asking") {
  const auto server = chutes_server(*Url::parse("https://api.chutes.ai"));

  CHECK(server.issuer == "https://api.chutes.ai");
  CHECK(server.authorization_endpoint.text() == "https://api.chutes.ai/idp/authorize");
  CHECK(server.token_endpoint.text() == "https://api.chutes.ai/idp/token");
  CHECK(server.userinfo_endpoint->text() == "https://api.chutes.ai/idp/userinfo");
  CHECK(server.revocation_endpoint->text() == "https://api.chutes.ai/idp/token/revoke");
  CHECK(server.introspection_endpoint->text() == "https://api.chutes.ai/idp/token/introspect");
  CHECK_FALSE(server.iss_parameter_supported);
  CHECK(server.is_chutes);
  CHECK(chutes_server(*Url::parse("https://idp.chutes.ai")).issuer == "https://api.chutes.ai");
  CHECK(chutes_server(*Url::parse("http://127.0.0.1:8000/")).token_endpoint.text() ==
        "http://127.0.0.1:8000/idp/token");
}

TEST_CASE("another server is known by its discovery document") {
  const auto server = discovered(
      "https://idp.example.org",
      document("https://idp.example.org", {{"authorization_response_iss_parameter_supported", "true"}}));

  CHECK(server.issuer == "https://idp.example.org");
  CHECK(server.authorization_endpoint.text() == "https://idp.example.org/authorize");
  CHECK(server.token_endpoint.text() == "https://idp.example.org/token");
  CHECK(server.userinfo_endpoint->text() == "https://idp.example.org/userinfo");
  CHECK(server.revocation_endpoint->text() == "https://idp.example.org/revoke");
  CHECK(server.introspection_endpoint->text() == "https://idp.example.org/introspect");
  CHECK(server.jwks_uri->text() == "https://idp.example.org/jwks");
  CHECK(server.iss_parameter_supported);
  CHECK_FALSE(server.is_chutes);

  const auto modest = discovered("https://idp.example.org",
                                 document("https://idp.example.org", {{"userinfo_endpoint", ""},
                                                                      {"revocation_endpoint", "null"},
                                                                      {"introspection_endpoint", ""},
                                                                      {"jwks_uri", ""}}));
  CHECK_FALSE(modest.userinfo_endpoint);
  CHECK_FALSE(modest.revocation_endpoint);
  CHECK_FALSE(modest.introspection_endpoint);
  CHECK_FALSE(modest.jwks_uri);
  CHECK_FALSE(modest.offline_access_supported);
  CHECK_FALSE(modest.iss_parameter_supported);
}

TEST_CASE("a client's secret goes where the server takes it, into a header if it may choose") {
  const auto place = [](const std::string& methods) {
    return discovered(
               "https://idp.example.org",
               document("https://idp.example.org", {{"token_endpoint_auth_methods_supported", methods}}))
        .client_auth_method;
  };
  CHECK(place("") == ClientAuthMethod::client_secret_basic); // RFC 8414 2: that is then the default
  CHECK(place(R"(["client_secret_basic","client_secret_post"])") == ClientAuthMethod::client_secret_basic);
  CHECK(place(R"(["client_secret_post","private_key_jwt"])") == ClientAuthMethod::client_secret_post);
  CHECK(place(R"(["private_key_jwt"])") == ClientAuthMethod::client_secret_basic);
  CHECK(chutes_server(*Url::parse("https://api.chutes.ai")).client_auth_method ==
        ClientAuthMethod::client_secret_post);
  CHECK(discovered("https://api.chutes.ai", document("https://api.chutes.ai")).client_auth_method ==
        ClientAuthMethod::client_secret_post);
}

TEST_CASE("OIDC Core 11: whether there is a scope that brings a refresh token") {
  const auto offered = [](const std::string& scopes) {
    return discovered("https://idp.example.org",
                      document("https://idp.example.org", {{"scopes_supported", scopes}}))
        .offline_access_supported;
  };
  CHECK(offered(R"(["openid","offline_access"])"));
  CHECK_FALSE(offered(R"(["openid"])"));
  CHECK_FALSE(offered(R"("offline_access")"));
}

TEST_CASE("RFC 8414 3.1: the other well-known place is asked when the first is empty") {
  fakes::ScriptedHttp http;
  const std::string issuer = "https://idp.example.org/tenant";
  http.expect("GET", "https://idp.example.org/tenant/.well-known/openid-configuration", 404);
  http.expect("GET", "https://idp.example.org/.well-known/oauth-authorization-server/tenant", 200,
              document(issuer));

  CHECK(fetch_discovery(*Url::parse(issuer), http) == document(issuer));
  CHECK(read_discovery(document(issuer), *Url::parse(issuer)).token_endpoint.text() ==
        "https://idp.example.org/tenant/token");
}

TEST_CASE("idp.chutes.ai answers as api.chutes.ai, and nobody else may answer for another") {
  const auto server = discovered("https://idp.chutes.ai", document("https://api.chutes.ai"));
  CHECK(server.issuer == "https://api.chutes.ai");
  CHECK(server.is_chutes);

  Sentences said;
  for (const char* claimed : {R"("https://api.chutes.ai")", R"("https://idp.example.org/")",
                              R"("https://IDP.example.org")", R"("https://idp.example.org:443")",
                              R"("http://idp.example.org")", R"("https://evil.example.net")", "", "[]"}) {
    const auto failure = refused(document("https://idp.example.org", {{"issuer", claimed}}));
    CHECK_MESSAGE(failure == Failure{ErrorKind::service}, claimed);
    said.add(claimed, failure.text());
  }
  said.check();
}

TEST_CASE("an endpoint outside the issuer's domain or without TLS is refused, so that no code goes there") {
  const auto with = [](const char* name, const std::string& url, const std::string& issuer) {
    return refused(document(issuer, {{name, '"' + url + '"'}}), issuer);
  };
  Sentences said;
  const auto check_refused = [&](const char* name, const std::string& url, const std::string& issuer) {
    const auto failure = with(name, url, issuer);
    CHECK_MESSAGE(failure == Failure{ErrorKind::service}, url);
    CHECK_MESSAGE(failure.message.find(name) != std::string::npos, url);
    said.add(issuer + ", " + name + " " + (url.empty() ? "(empty)" : url), failure.text());
  };

  for (const char* name : {"authorization_endpoint", "token_endpoint", "userinfo_endpoint",
                           "revocation_endpoint", "introspection_endpoint", "jwks_uri"}) {
    for (const char* url :
         {"https://evil.example.net/t", "http://idp.example.org/t", "https://example.org.evil.net/t",
          "https://notexample.org/t", "http://127.0.0.1:8000/t", "https://93.184.216.34/t"})
      check_refused(name, url, "https://idp.example.org");
    for (const char* url :
         {"javascript:alert(1)", "file:///etc/passwd", "/token", "https://u:p@idp.example.org/t", ""})
      check_refused(name, url, "https://idp.example.org");
  }
  check_refused("token_endpoint", "https://evil.co.uk/t", "https://idp.example.co.uk");
  check_refused("token_endpoint", "https://evil.github.io/t", "https://idp.github.io");
  check_refused("token_endpoint", "https://evil.herokuapp.com/t", "https://idp.herokuapp.com"); // tenants
  check_refused("jwks_uri", "https://evil.azurewebsites.net/t", "https://idp.azurewebsites.net");
  check_refused("revocation_endpoint", "https://herokuapp.com/t", "https://idp.herokuapp.com");
  check_refused("token_endpoint", "http://127.0.0.2:8000/t", "http://127.0.0.1:8000");
  said.check();
  CHECK(with("token_endpoint", "https://tokens.example.org/t", "https://idp.example.org").message ==
        no_error);
  CHECK(with("token_endpoint", "https://example.co.uk/t", "https://idp.example.co.uk").message == no_error);
  CHECK(with("token_endpoint", "https://idp.x.ai/t", "https://x.ai").message == no_error);
  CHECK(with("token_endpoint", "http://127.0.0.1:9000/t", "http://127.0.0.1:8000").message == no_error);
}

TEST_CASE("a discovery document that cannot be read is the server's failure") {
  Sentences said;
  const auto check_refused = [&](const std::string& row, const std::string& body) {
    const auto failure = refused(body);
    CHECK_MESSAGE(failure == Failure{ErrorKind::service}, row);
    said.add(row, failure.text());
  };
  for (const char* body : {"", "<html>", "[]", "null", "{\"issuer\":"})
    check_refused(body, body);
  for (const char* value : {"", "17"})
    check_refused(std::string{"token_endpoint: "} + (*value == 0 ? "(absent)" : value),
                  document("https://idp.example.org", {{"token_endpoint", value}}));
  said.check();
}

TEST_CASE("a status of the discovery document is reported: 429 as a limit, 5xx as the server's own trouble") {
  Sentences said;
  const auto answered = [&](int status) {
    fakes::ScriptedHttp http;
    http.expect("GET", "https://idp.example.org/.well-known/openid-configuration", status);
    const auto failure =
        failure_of([&] { static_cast<void>(fetch_discovery(*Url::parse("https://idp.example.org"), http)); });
    said.add(std::to_string(status), failure.text());
    return failure;
  };
  CHECK(answered(403) == Failure{ErrorKind::service, 403});
  CHECK(answered(429) == Failure{ErrorKind::limit, 429});
  CHECK(answered(500) == Failure{ErrorKind::service, 500});
  CHECK(answered(503) == Failure{ErrorKind::service, 503});
  said.check();
}
