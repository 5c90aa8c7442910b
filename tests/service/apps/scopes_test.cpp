#include "base/error.hpp"
#include "fakes/http_client.hpp"
#include "service/apps/scopes.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;

namespace {

constexpr const char* scopes_url = "https://api.chutes.ai/idp/scopes";
constexpr const char* offered =
    R"({"scopes":{"profile":"p","chutes:invoke":"i","billing:read":"b","admin":"a","usage":"u"}})";
using Names = std::vector<std::string>;

} // namespace

TEST_CASE("the scopes that are always granted need no request") {
  fakes::ScriptedHttp http;
  const auto verdict = validate_scopes({"openid", "profile", "chutes:invoke"}, Endpoints::from({}), http);
  CHECK(verdict.unknown.empty());
  CHECK(!verdict.unlisted);
  CHECK(verdict.privileged.empty());
}

TEST_CASE("unknown and privileged scopes are distinguished by the service's list") {
  fakes::ScriptedHttp http;
  http.expect("GET", scopes_url, 200, offered).look = [](const HttpRequest& request) {
    CHECK(request.headers.empty());
  };
  const auto verdict = validate_scopes({"openid", "usage", "chutes:invoke:abc", "billing:read", "admin"},
                                       Endpoints::from({}), http);
  CHECK(verdict.unknown == Names{"chutes:invoke:abc"});
  CHECK(verdict.privileged == Names{"billing:read", "admin"});
}

TEST_CASE("without the list nothing is called unknown") {
  for (const int status : {200, 404, 500}) {
    fakes::ScriptedHttp http;
    http.expect("GET", scopes_url, status, "{}");
    const auto verdict = validate_scopes({"strange", "admin"}, Endpoints::from({}), http);
    CHECK(verdict.unknown.empty());
    CHECK(verdict.unlisted);
    CHECK(verdict.privileged == Names{"admin"});
  }
  fakes::ScriptedHttp http;
  http.expect("GET", scopes_url, 0).failure = std::make_exception_ptr(Error{ErrorKind::network, "no route"});
  CHECK(validate_scopes({"strange"}, Endpoints::from({}), http).unknown.empty());
}

TEST_CASE("the offered scopes come with their meaning, and with whether an app has to register them") {
  fakes::ScriptedHttp http;
  http.expect("GET", scopes_url, 200, offered);
  CHECK(list_scopes(Endpoints::from({}), http) ==
        std::vector<OfferedScope>{{"openid", "Know who you are (granted without being listed)", false},
                                  {"profile", "p", false},
                                  {"chutes:invoke", "i", false},
                                  {"billing:read", "b", true},
                                  {"admin", "a", true},
                                  {"usage", "u", false}});
}

TEST_CASE("an answer that is no list of scopes is an error of the service") {
  fakes::ScriptedHttp http;
  http.expect("GET", scopes_url, 200, "[]");
  CHECK_THROWS_WITH_AS(static_cast<void>(list_scopes(Endpoints::from({}), http)),
                       "the service did not answer with a list of scopes", Error);
}
