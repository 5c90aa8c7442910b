#include "base/error.hpp"
#include "golden.hpp"
#include "service/bearer.hpp"
#include "service/endpoints.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using service::Endpoints;

namespace {

Endpoints endpoints_in(std::map<std::string, std::string> variables) {
  return Endpoints::from(Environment{std::move(variables)});
}

bool may_receive(const Endpoints& endpoints, const char* url) {
  return endpoints.may_receive_token(*Url::parse(url));
}

// The message of the usage error that a variable's value causes.
std::string complaint(const std::string& variable, const std::string& value) {
  try {
    static_cast<void>(endpoints_in({{variable, value}}));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(std::string{error.what()}.find(value) == std::string::npos); // it may hold a secret
    return error.what();
  }
  return "none";
}

} // namespace

TEST_CASE("without variables the endpoints are the service's own") {
  const auto endpoints = endpoints_in({});
  CHECK(endpoints.api.text() == "https://api.chutes.ai");
  CHECK(endpoints.idp.text() == "https://api.chutes.ai");
  CHECK(endpoints.llm.text() == "https://llm.chutes.ai");
  CHECK(endpoints.host("ada-my-chute").text() == "https://ada-my-chute.chutes.ai");
}

TEST_CASE("variables change the endpoints, and unset ones follow") {
  const auto endpoints = endpoints_in({{"CHUTES_API_URL", "http://127.0.0.1:8000/"},
                                       {"CHUTES_HOST_TEMPLATE", "http://127.0.0.1:8000/_host/{host}"}});
  CHECK(endpoints.api.text() == "http://127.0.0.1:8000");
  CHECK(endpoints.idp.text() == "http://127.0.0.1:8000");
  CHECK(endpoints.llm.text() == "http://127.0.0.1:8000/_host/llm");
  CHECK(endpoints.host("image").text() == "http://127.0.0.1:8000/_host/image");
  const auto other = endpoints_in({{"CHUTES_IDP_BASE_URL", "https://idp.example.org"},
                                   {"CHUTES_LLM_URL", "https://models.example.org/v2"}});
  CHECK(other.idp.text() == "https://idp.example.org");
  CHECK(other.api.text() == "https://api.chutes.ai");
  CHECK(other.llm.text() == "https://models.example.org/v2");
}

TEST_CASE("a malformed or unprotected URL is a usage error that names the variable and not the value") {
  for (const char* variable : {"CHUTES_API_URL", "CHUTES_IDP_BASE_URL", "CHUTES_LLM_URL"})
    for (const char* value : {"chutes", "http://api.example.org", "https://user:secret@api.example.org",
                              "https://api.example.org/?key=secret", "ftp://api.example.org"})
      CHECK(complaint(variable, value).starts_with(variable + std::string{" "}));
  const auto no_host = complaint("CHUTES_HOST_TEMPLATE", "https://llm.example.org");
  CHECK(no_host.starts_with("CHUTES_HOST_TEMPLATE "));
  CHECK(no_host.find("{host}") != std::string::npos);
  const auto no_tls = complaint("CHUTES_HOST_TEMPLATE", "http://{host}.example.org");
  CHECK(no_tls.find("https") != std::string::npos);
  check_golden(no_host + "\n" + no_tls);
}

TEST_CASE("a host is one label, so that no name leads to another domain") {
  const auto endpoints = endpoints_in({});
  for (const std::string name :
       {"", "a.b", "evil.example.org/", "a/b", "a@b", "A", "{host}", "a b", "a#", "é"})
    CHECK_THROWS_AS_MESSAGE(static_cast<void>(endpoints.host(name)), Error, name);
  CHECK_THROWS_AS(static_cast<void>(endpoints.host(std::string(64, 'a'))), Error);
}

TEST_CASE("a token may go to the service's hosts over https, and nowhere else") {
  const auto endpoints = endpoints_in({});
  for (const char* url : {"https://api.chutes.ai/users/me", "https://llm.chutes.ai/v1",
                          "https://ada-x.chutes.ai/", "https://a.b.chutes.ai/"})
    CHECK_MESSAGE(may_receive(endpoints, url), url);
  for (const char* url : {"http://api.chutes.ai/", "https://chutes.ai.example.org/", "https://evilchutes.ai/",
                          "https://chutes.ai/", "https://.chutes.ai/", "https://api.chutes.ai.",
                          "http://127.0.0.1/", "https://example.org/.chutes.ai"})
    CHECK_MESSAGE(!may_receive(endpoints, url), url);
}

TEST_CASE("a token for a service elsewhere may go to that service's hosts only") {
  const auto endpoints = endpoints_in({{"CHUTES_API_URL", "https://api.example.co.uk"},
                                       {"CHUTES_HOST_TEMPLATE", "https://c-{host}.example.co.uk:8443"}});
  for (const char* url : {"https://api.example.co.uk/", "https://c-llm.example.co.uk:8443/v1",
                          "https://c-x.example.co.uk:8443/"})
    CHECK_MESSAGE(may_receive(endpoints, url), url);
  for (const char* url :
       {"https://api.example.co.uk:8443/", "https://c-llm.example.co.uk/", "https://c-.example.co.uk:8443/",
        "https://other.co.uk/", "https://c-a.b.example.co.uk:8443/", "https://x.example.co.uk/",
        "https://api.chutes.ai/", "https://c-x.example.co.uk.evil.org:8443/"})
    CHECK_MESSAGE(!may_receive(endpoints, url), url);
}

TEST_CASE("a template on one origin allows that origin and no other port") {
  const auto endpoints = endpoints_in({{"CHUTES_API_URL", "http://127.0.0.1:8000"},
                                       {"CHUTES_HOST_TEMPLATE", "http://127.0.0.1:8000/_host/{host}"}});
  CHECK(may_receive(endpoints, "http://127.0.0.1:8000/_host/llm/v1"));
  CHECK(!may_receive(endpoints, "http://127.0.0.1:8001/_host/llm/v1"));
  CHECK(!may_receive(endpoints, "https://llm.chutes.ai/"));
}

TEST_CASE("a bearer request carries the token, and a target elsewhere is refused without saying it") {
  const auto endpoints = endpoints_in({});
  const auto request =
      service::bearer_request(*Url::parse("https://api.chutes.ai/users/me"), Secret{"cak_x"}, endpoints);
  CHECK(request.method == "GET");
  CHECK(request.headers == HttpHeaders{{"Authorization", "Bearer cak_x"}, {"Accept", "application/json"}});
  try {
    static_cast<void>(
        service::bearer_request(*Url::parse("https://example.org/"), Secret{"cak_x"}, endpoints));
    FAIL("the token was let out");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(std::string{error.what()}.find("example.org") != std::string::npos);
    CHECK(std::string{error.what()}.find("cak_x") == std::string::npos);
    check_golden(error.what() + ("\n" + error.hint()));
  }
}
