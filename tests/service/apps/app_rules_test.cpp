// The service's limits on an app, each broken once.
#include "service/apps/app_rules.hpp"

#include <doctest/doctest.h>

using namespace chutes::service;

namespace {

using Found = std::vector<Violation>;
using Uris = std::vector<std::string>;

AppFields good() {
  return {.name = "My app", .redirect_uris = Uris{"https://example.org/callback"}};
}

Found of_name(const std::string& name) {
  auto fields = good();
  fields.name = name;
  return violations(fields, AppFieldsFor::creation);
}

Found of_uris(const Uris& uris) {
  auto fields = good();
  fields.redirect_uris = uris;
  return violations(fields, AppFieldsFor::creation);
}

Found of_days(long days) {
  auto fields = good();
  fields.refresh_token_lifetime_days = days;
  return violations(fields, AppFieldsFor::creation);
}

} // namespace

TEST_CASE("a name has 3 to 64 characters, which are not bytes") {
  CHECK(of_name("ab") == Found{{"name", "it has 3 to 64 characters, and this has 2"}});
  CHECK(of_name("abc").empty());
  CHECK(of_name(std::string(64, 'x')).empty());
  CHECK(of_name(std::string(65, 'x')) == Found{{"name", "it has 3 to 64 characters, and this has 65"}});
  std::string umlauts;
  for (int i = 0; i < 64; ++i)
    umlauts += "ä";
  CHECK(of_name(umlauts).empty());
  CHECK(of_name("äö") == Found{{"name", "it has 3 to 64 characters, and this has 2"}});
}

TEST_CASE("a name holds letters of any script, digits, spaces, hyphens, underscores and periods") {
  CHECK(of_name("Größe 2.0_beta-1").empty());
  CHECK(of_name("名前と名").empty());
  const auto forbidden = [](const std::string& shown) {
    return Found{{"name", "it holds letters, digits, spaces, '-', '_' and '.', and not '" + shown + "'"}};
  };
  CHECK(of_name("shop/cart!") == forbidden("/"));
  CHECK(of_name("my app\x01") ==
        Found{{"name", "it holds letters, digits, spaces, '-', '_' and '.', and not a "
                       "control character"}});
  CHECK(of_name("bad \xff byte") == forbidden("\xEF\xBF\xBD"));
}

TEST_CASE("there are one to ten redirect URIs") {
  CHECK(of_uris({}) == Found{{"redirect_uris", "there is at least one"}});
  CHECK(of_uris(Uris(10, "https://a.example/")).empty());
  CHECK(of_uris(Uris(11, "https://a.example/")) ==
        Found{{"redirect_uris", "there are at most 10, and these are 11"}});
}

TEST_CASE("every redirect URI begins with http:// or https://, and each that does not is named") {
  CHECK(of_uris({"http://127.0.0.1:8000/", "https://a.example"}).empty());
  CHECK(
      of_uris({"myapp://callback", "https://a.example", "HTTPS://b.example"}) ==
      Found{
          {"redirect_uris", "each begins with http:// or https://, and this does not: 'myapp://callback'"},
          {"redirect_uris", "each begins with http:// or https://, and this does not: 'HTTPS://b.example'"}});
}

TEST_CASE("refresh tokens live for 1 to 30 days") {
  CHECK(of_days(0) == Found{{"refresh_token_lifetime_days", "it is 1 to 30 days, and not 0"}});
  CHECK(of_days(1).empty());
  CHECK(of_days(30).empty());
  CHECK(of_days(31) == Found{{"refresh_token_lifetime_days", "it is 1 to 30 days, and not 31"}});
}

TEST_CASE("all that is wrong is said at once") {
  const AppFields fields{.name = "x", .redirect_uris = Uris{}, .refresh_token_lifetime_days = 99};
  CHECK(violations_text(violations(fields, AppFieldsFor::creation)) ==
        "name: it has 3 to 64 characters, and this has 1; redirect_uris: there is at least one; "
        "refresh_token_lifetime_days: it is 1 to 30 days, and not 99");
}

TEST_CASE("a new app has a name and redirect URIs, and cannot begin inactive") {
  CHECK(violations({.active = false}, AppFieldsFor::creation) ==
        Found{{"name", "an app has one"},
              {"redirect_uris", "there is at least one"},
              {"active", "a new app is active; it can be changed afterwards"}});
}

TEST_CASE("a change names what changes, clears nothing, and leaves the scopes alone") {
  CHECK(violations({.active = false}, AppFieldsFor::change).empty());
  CHECK(violations({}, AppFieldsFor::change) == Found{{"change", "there is nothing in it"}});
  CHECK(violations({.description = "", .homepage_url = "", .logo_url = ""}, AppFieldsFor::change) ==
        Found{{"description", "the service can replace it, but not clear it"},
              {"homepage_url", "the service can replace it, but not clear it"},
              {"logo_url", "the service can replace it, but not clear it"}});
  CHECK(violations({.scopes = Uris{"profile"}}, AppFieldsFor::change) ==
        Found{{"allowed_scopes", "the service never changes them after the app was created"}});
}

TEST_CASE("redirect URIs that the service takes and that will not work are remarked upon") {
  CHECK(redirect_uri_warnings({"https://a.example/callback", "http://127.0.0.1:8000/",
                               "http://localhost:3000/x", "http://[::1]:8000/"})
            .empty());
  CHECK(redirect_uri_warnings({"https://a.example/?x=1"}) ==
        Uris{"'https://a.example/?x=1' has a query: the service appends a second '?', which few servers "
             "understand"});
  CHECK(redirect_uri_warnings({"https://a.example/#x"}) ==
        Uris{"'https://a.example/#x' has a fragment: the service appends its answer to that, and no server "
             "sees it"});
  CHECK(redirect_uri_warnings({"https://a.example/", "https://a.example/"}) ==
        Uris{"'https://a.example/' is there twice"});
  CHECK(redirect_uri_warnings({"http://a.example/"}) ==
        Uris{"'http://a.example/' is plain http: anybody on the way can read the code and sign in with it"});
  CHECK(redirect_uri_warnings({"https://a b"}) ==
        Uris{"'https://a b' is no URL that a browser would follow"});
}
