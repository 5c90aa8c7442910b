// The service's limits on an app, each broken once.
#include "golden.hpp"
#include "service/apps/app_rules.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;

namespace {

using Fields = std::vector<std::string>;
using Uris = std::vector<std::string>;

// The fields that break a rule; the violations themselves go to the golden file.
Fields broken_fields(const AppFields& fields, AppFieldsFor purpose = AppFieldsFor::creation) {
  const auto found = violations(fields, purpose);
  Fields names;
  for (const auto& violation : found)
    names.push_back(violation.field);
  if (!found.empty())
    check_golden(violations_text(found));
  return names;
}

AppFields good() {
  return {.name = "My app", .redirect_uris = Uris{"https://example.org/callback"}};
}

Fields of_name(const std::string& name) {
  auto fields = good();
  fields.name = name;
  return broken_fields(fields);
}

AppFields named(const char* name) {
  auto fields = good();
  fields.name = name;
  return fields;
}

Fields of_uris(const Uris& uris) {
  auto fields = good();
  fields.redirect_uris = uris;
  return broken_fields(fields);
}

Fields of_days(long days) {
  auto fields = good();
  fields.refresh_token_lifetime_days = days;
  return broken_fields(fields);
}

} // namespace

TEST_CASE("a name has 3 to 64 characters, which are not bytes") {
  CHECK(of_name("ab") == Fields{"name"});
  CHECK(of_name("abc").empty());
  CHECK(of_name(std::string(64, 'x')).empty());
  CHECK(of_name(std::string(65, 'x')) == Fields{"name"});
  std::string umlauts;
  for (int i = 0; i < 64; ++i)
    umlauts += "ä";
  CHECK(of_name(umlauts).empty());
  CHECK(of_name("äö") == Fields{"name"});
}

TEST_CASE("a name holds letters of any script, digits, spaces, hyphens, underscores and periods") {
  CHECK(of_name("Größe 2.0_beta-1").empty());
  CHECK(of_name("名前と名").empty());
  CHECK(of_name("shop/cart!") == Fields{"name"});
  CHECK(of_name("my app\x01") == Fields{"name"});
  CHECK(of_name("bad \xff byte") == Fields{"name"});
}

TEST_CASE("symbols of any script are no letters, and letters and digits of any script are") {
  for (const char* name : {"abc 😀", "Shop ©", "Shop ™", "a‍bc", "Shop ❤️", "Shop 🇫🇷", "Shop 1️⃣",
                           "Shop → x", "Shop €", "cafe\u0301", "Shop…", "“Shop”", "Shop — x"})
    CHECK_MESSAGE(violations(named(name), AppFieldsFor::creation).size() == 1, name);
  for (const char* name : {"Größe ünï 東京", "Café", "Магазин", "متجر", "m² ½ ①", "ﬁne", "Ⅻ xx", "１２３",
                           "a\u00a0bc", "a\u3000bc", "𝐀𝐁𝐂", "한국어", "ªºµ"})
    CHECK_MESSAGE(violations(named(name), AppFieldsFor::creation).empty(), name);
}

TEST_CASE("blanks at the ends of a name count as characters, and not in comparisons with other names") {
  CHECK(of_name("ab ").empty());
  std::string long_name(64, 'x');
  long_name += ' ';
  CHECK(of_name(long_name) == Fields{"name"});
  for (const char* name : {"shop", "Shop ", "  SHOP", "\tshop\n"})
    CHECK_MESSAGE(name_collides(name, "Shop"), name);
  CHECK(!name_collides("Shop", "Shop "));
  CHECK(!name_collides("Shop ", "Shop ")); // the service compares the stripped name, and its database fails
  CHECK(!name_collides("Sh op", "Shop"));
}

TEST_CASE("there are one to ten redirect URIs") {
  CHECK(of_uris({}) == Fields{"redirect_uris"});
  CHECK(of_uris(Uris(10, "https://a.example/")).empty());
  CHECK(of_uris(Uris(11, "https://a.example/")) == Fields{"redirect_uris"});
}

TEST_CASE("every redirect URI begins with http:// or https://, and each that does not is named") {
  CHECK(of_uris({"http://127.0.0.1:8000/", "https://a.example"}).empty());
  auto fields = good();
  fields.redirect_uris = Uris{"myapp://callback", "https://a.example", "HTTPS://b.example"};
  CHECK(broken_fields(fields) == Fields{"redirect_uris", "redirect_uris"});
  const auto found = violations(fields, AppFieldsFor::creation);
  CHECK(found.front().text.find("'myapp://callback'") != std::string::npos);
  CHECK(found.back().text.find("'HTTPS://b.example'") != std::string::npos);
}

TEST_CASE("refresh tokens live for 1 to 30 days") {
  CHECK(of_days(0) == Fields{"refresh_token_lifetime_days"});
  CHECK(of_days(1).empty());
  CHECK(of_days(30).empty());
  CHECK(of_days(31) == Fields{"refresh_token_lifetime_days"});
}

TEST_CASE("all problems are reported at once") {
  CHECK(broken_fields({.name = "x", .redirect_uris = Uris{}, .refresh_token_lifetime_days = 99}) ==
        Fields{"name", "redirect_uris", "refresh_token_lifetime_days"});
}

TEST_CASE("a new app has a name and redirect URIs, and cannot begin inactive") {
  CHECK(broken_fields({.active = false}) == Fields{"name", "redirect_uris", "active"});
}

TEST_CASE("a change names what changes, clears nothing, and leaves the scopes unchanged") {
  CHECK(broken_fields({.active = false}, AppFieldsFor::change).empty());
  CHECK(broken_fields({}, AppFieldsFor::change) == Fields{"change"});
  CHECK(broken_fields({.description = "", .homepage_url = "", .logo_url = ""}, AppFieldsFor::change) ==
        Fields{"description", "homepage_url", "logo_url"});
  CHECK(broken_fields({.scopes = Uris{"profile"}}, AppFieldsFor::change) == Fields{"allowed_scopes"});
}

TEST_CASE("redirect URIs that the service accepts and that will not work are warned about") {
  CHECK(redirect_uri_warnings({"https://a.example/callback", "http://127.0.0.1:8000/",
                               "http://localhost:3000/x", "http://[::1]:8000/"})
            .empty());
  for (const auto& uris :
       {Uris{"https://a.example/?x=1"}, Uris{"https://a.example/#x"},
        Uris{"https://a.example/", "https://a.example/"}, Uris{"http://a.example/"}, Uris{"https://a b"}}) {
    const auto warnings = redirect_uri_warnings(uris);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings.front().starts_with("'" + uris.front() + "' "));
    check_golden(warnings.front());
  }
}
