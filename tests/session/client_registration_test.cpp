// A client registration as it is kept, and what stands in for what it does not say.
#include "base/error.hpp"
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

TEST_CASE("a registration says whether setup made it, and an older one, which does not say, was not") {
  ClientRegistration client{"cid_1", Secret{"csc_1"}, {}};
  CHECK_FALSE(decode_registration(encode(client)).made_by_setup);
  client.made_by_setup = true;
  CHECK(decode_registration(encode(client)).made_by_setup);
  CHECK_FALSE(decode_registration(Secret{R"({"version":1,"client_id":"cid_1"})"}).made_by_setup);
  CHECK_FALSE(decode_registration(Secret{R"({"version":1,"client_id":"cid_1","made_by_setup":"yes"})"})
                  .made_by_setup);
}

TEST_CASE("line ends behind a client's id and secret in the environment are not part of them") {
  const auto client = registration_from(
      Environment{{{"CHUTES_OAUTH_CLIENT_ID", "cid_1\n"}, {"CHUTES_OAUTH_CLIENT_SECRET", "csc_1\r\n"}}});
  REQUIRE(client);
  CHECK(client->client_id == "cid_1");
  CHECK(client->client_secret == Secret{"csc_1"});
  CHECK_FALSE(registration_from(Environment{{{"CHUTES_OAUTH_CLIENT_ID", "\n"}}}));
  for (const char* name : {"CHUTES_OAUTH_CLIENT_ID", "CHUTES_OAUTH_CLIENT_SECRET"}) {
    std::map<std::string, std::string> variables{{"CHUTES_OAUTH_CLIENT_ID", "cid_1"}};
    variables[name] = "one\ntwo";
    CHECK_THROWS_WITH_AS(static_cast<void>(registration_from(Environment{variables})),
                         doctest::Contains(name), Error);
  }
}
