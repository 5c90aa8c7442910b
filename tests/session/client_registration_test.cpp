// A client registration as it is kept, and what stands in for what it does not say.
#include "session/client_registration.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::session;

TEST_CASE("RFC 8252 8.10: no two issuers share the redirect URI that is taken where none is registered") {
  CHECK(redirect_uri_for("https://idp.example.org").text == "http://127.0.0.1/callback/idp.example.org");
  CHECK(redirect_uri_for("https://idp.example.org/").text == "http://127.0.0.1/callback/idp.example.org");
  CHECK(redirect_uri_for("https://idp.example.org/realms/a/").text ==
        "http://127.0.0.1/callback/idp.example.org/realms/a");
  CHECK(redirect_uri_for("http://[::1]:8000").text == "http://127.0.0.1/callback/::1");
  CHECK(redirect_uri_for("https://idp.example.org").any_port());
}

TEST_CASE("where a client's secret goes is kept with it, and is the server's affair where nothing was kept") {
  ClientRegistration client{"my-cli", Secret{"the secret"}, {}};
  auto server = oauth::chutes_server(*Url::parse("https://idp.example.org"));
  CHECK_FALSE(decode_registration(encode(client)).client_auth_method);
  server.client_auth_method = oauth::ClientAuthMethod::client_secret_basic;
  CHECK(client.credentials(server).method == oauth::ClientAuthMethod::client_secret_basic);
  for (const auto place :
       {oauth::ClientAuthMethod::client_secret_post, oauth::ClientAuthMethod::client_secret_basic}) {
    client.client_auth_method = place;
    const auto kept = decode_registration(encode(client));
    CHECK(kept.client_auth_method == place);
    CHECK(kept.credentials(server).method == place);
  }
}
