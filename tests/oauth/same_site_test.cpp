// Which hosts belong to one party, a table.
#include "oauth/same_site.hpp"

#include <doctest/doctest.h>

using chutes::oauth::same_site;

namespace {

struct Row {
  const char* host;
  const char* issuer;
};

void check(std::initializer_list<Row> rows, bool expected) {
  for (const auto& [host, issuer] : rows)
    CHECK_MESSAGE(same_site(host, issuer) == expected, host, " and ", issuer);
}

} // namespace

TEST_CASE("hosts below one registrable domain are one site") {
  check({{"idp.example.org", "idp.example.org"},
         {"tokens.example.org", "idp.example.org"},
         {"example.org", "idp.example.org"},
         {"idp.example.org", "example.org"},
         {"a.b.c.example.co.uk", "idp.example.co.uk"},
         {"example.co.uk", "idp.example.co.uk"},
         {"idp.x.ai", "x.ai"},
         {"www.google.com", "accounts.google.com"},
         {"graph.microsoftonline.com", "login.microsoftonline.com"},
         {"a.example.github.io", "b.example.github.io"},
         {"a.example.unknown-tld", "b.example.unknown-tld"}},
        true);
}

TEST_CASE("hosts below different registrable domains are different sites") {
  check({{"evil.example.net", "idp.example.org"},
         {"example.org.evil.net", "example.org"},
         {"notexample.org", "example.org"},
         {"org", "example.org"},
         {"oauth2.googleapis.com", "accounts.google.com"}, // Google's, but another domain
         {"evil.co.uk", "example.co.uk"},
         {"evil.gov.br", "example.gov.br"},
         {"evil.k12.ca.us", "example.k12.ca.us"},
         {"evil.unknown-tld", "example.unknown-tld"}},
        false);
}

TEST_CASE("two customers of one hoster are different sites, and so are a hoster and its customer") {
  check({{"a.github.io", "b.github.io"},
         {"a.example.github.io", "b.github.io"},
         {"a.github.io", "github.io"},
         {"github.io", "a.github.io"},
         {"a.herokuapp.com", "b.herokuapp.com"},
         {"a.s3.amazonaws.com", "b.s3.amazonaws.com"},
         {"a.web.app", "b.web.app"},
         {"a.azurewebsites.net", "b.azurewebsites.net"}},
        false);
}

TEST_CASE("a wildcard of the list and its exception: *.ck, !www.ck") {
  check({{"a.example.co.ck", "b.example.co.ck"}, {"a.www.ck", "www.ck"}}, true);
  check({{"a.co.ck", "b.co.ck"}, {"co.ck", "www.ck"}}, false);
}

TEST_CASE("an IP address is one site with itself only") {
  check({{"127.0.0.1", "127.0.0.1"}, {"::1", "::1"}, {"2001:DB8::1", "2001:db8::1"}}, true);
  check({{"127.0.0.2", "127.0.0.1"},
         {"1.0.0.1", "0.1"},
         {"a.127.0.0.1", "127.0.0.1"},
         {"2001:db8::2", "2001:db8::1"},
         {"::1", "127.0.0.1"},
         {"93.184.216.34", "idp.example.org"}},
        false);
}

TEST_CASE("a single label is one site with the names below it, unless it is a public suffix") {
  check({{"localhost", "localhost"}, {"idp.localhost", "localhost"}, {"sso.intranet", "intranet"}}, true);
  check({{"localhost", "intranet"},
         {"localhost", "idp.localhost"},
         {"notlocalhost", "localhost"},
         {"example.com", "com"},
         {"com", "example.com"},
         {"com", "org"}},
        false);
}

TEST_CASE("case is ignored, and a name with a trailing dot matches itself only") {
  check({{"IDP.Example.ORG", "idp.example.org"},
         {"Tokens.EXAMPLE.co.UK", "idp.example.CO.uk"},
         {"idp.example.org.", "idp.example.org."}},
        true);
  check({{"A.GitHub.io", "b.github.IO"},
         {"idp.example.org.", "idp.example.org"},
         {"a.example.org.", "b.example.org."},
         {"", "idp.example.org"},
         {".", "example.org"}},
        false);
}

TEST_CASE("internationalised names, as they are in a URL") {
  check({{"a.xn--bcher-kva.example", "b.xn--bcher-kva.example"},
         {"a.example.xn--55qx5d.cn", "b.example.xn--55qx5d.cn"},
         {"a.example.xn--fiqs8s", "example.xn--fiqs8s"}},
        true);
  check({{"a.xn--55qx5d.cn", "b.xn--55qx5d.cn"}, {"a.xn--fiqs8s", "b.xn--fiqs8s"}}, false);
}
