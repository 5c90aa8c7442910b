// Base URLs that are not the service's. It takes every request that none of its routes matches for the
// invocation of a chute, and answers in one of three ways, none of which says anything about the credential,
// its scopes, or the app that was asked for.
#include "base/ascii.hpp"
#include "base/json_fields.hpp"
#include "facts.hpp"
#include "flows/app_owner.hpp"
#include "flows/signed_in.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

using Words = std::vector<std::string>;

struct Answer {
  int status;
  std::string body;
};

const Answer unauthenticated{401, R"({"detail":"Authentication required."})"};
const Answer no_permission{403, R"({"detail":"Token does not have permission for this resource"})"};
const Answer no_chute{404, R"({"detail":"No matching chute found!"})"};

const std::string api = "https://api.chutes.ai";
const std::string own_list = apps_url + "?include_public=false&include_shared=false&limit=100&page=0";

struct Row {
  Words command;
  std::string method;
  std::string url;
};

// The commands that manage apps, each with its first request.
const std::vector<Row> management{
    {{"app", "list"}, "GET", own_list},
    {{"app", "show", "cid_1"}, "GET", apps_url + "/cid_1"},
    {{"app", "show", app_id}, "GET", apps_url + "/" + app_id},
    {{"app", "update", "cid_1", "--description", "x"}, "GET", apps_url + "/cid_1"},
    {{"app", "delete", "cid_1", "--yes"}, "GET", apps_url + "/cid_1"},
    {{"app", "rotate-secret", "cid_1"}, "GET", apps_url + "/cid_1"},
    {{"app", "replace", "cid_1", "--name", "Shop 2", "--scope", "openid"}, "GET", apps_url + "/cid_1"},
    {{"app", "share", "cid_1", "grace"}, "GET", apps_url + "/cid_1"},
    {{"app", "unshare", "cid_1", "grace"}, "GET", apps_url + "/cid_1"},
    {{"app", "shares", "cid_1"}, "GET", apps_url + "/cid_1"},
    {{"app", "verify", "cid_1"}, "GET", apps_url + "/cid_1"},
    {{"app", "create", "--name", "Shop", "--redirect-uri", "https://shop.example/cb"}, "POST", apps_url},
    {{"grants", "list"}, "GET", api + "/idp/authorizations?limit=100&page=0"},
    {{"grants", "revoke", "cid_1"}, "GET", apps_url + "/cid_1"},
    {{"setup"}, "GET", apps_url + "/cid_example"},
};

// Commands that send a token, with their request.
const std::vector<Row> calls{
    {{"whoami"}, "GET", api + "/idp/userinfo"},
    {{"balance"}, "GET", api + "/users/me"},
};

// Commands that send no credential.
const std::vector<Row> anonymous{
    {{"scopes"}, "GET", api + "/idp/scopes"},
    {{"models"}, "GET", "https://llm.chutes.ai/v1/models"},
    {{"chutes", "show", "abc"}, "GET", api + "/chutes/abc"},
};

void sign_in_with(fakes::World& world, const oauth::Scope& scope) {
  sign_in_beforehand(world);
  auto session = example_session(world);
  session.scope = scope;
  world.keychain.items[session_key] = session::encode(session);
  session::ClientRegistration client{"cid_example", Secret{"csc_secret"}, session::default_redirect_uris()};
  client.made_by_setup = true;
  world.keychain.items[client_key] = session::encode(client);
}

// Runs the row and expects it to point at the address, and at nothing else. A 403 stays forbidden, and where
// no address is set, a new sign-in may still help.
void check_row(fakes::World& world, const Row& row, const Answer& answer) {
  CAPTURE(join(row.command, " "));
  CAPTURE(answer.status);
  const auto kept = world.keychain.items;
  const bool forbidden = answer.status == no_permission.status;
  world.http.expect(row.method, row.url, answer.status, answer.body);
  CHECK(world.run(row.command) == (forbidden ? 8 : 6));
  const auto& said = world.terminal.errors;
  CHECK_MESSAGE(missing(said, {"CHUTES_API_URL", "CHUTES_IDP_BASE_URL"}).empty(), said);
  for (const char* blamed : {"--scope", "admin API key", "no app", "check the app", "check the name"})
    CHECK_MESSAGE(said.find(blamed) == std::string::npos, said);
  CHECK_MESSAGE((said.find("sign in") == std::string::npos || forbidden), said);
  CHECK(world.terminal.output.empty());
  CHECK(world.keychain.items == kept);
  CHECK(world.http.requests.size() == 1);
}

} // namespace

TEST_CASE("a management route that is not there is blamed on the address, whatever the credential") {
  for (const auto& row : management)
    for (const auto& answer : {unauthenticated, no_chute, no_permission}) {
      fakes::World world;
      if (answer.status == 403) { // only a token gets it
        sign_in_with(world, {"openid", "admin"});
      } else {
        sign_in_with(world, {"openid"});
        world.variables["CHUTES_API_KEY"] = "cpk_admin";
      }
      check_row(world, row, answer);
    }
}

TEST_CASE("a 404 that is not a management route's own does not make an app absent") {
  for (const auto& row : management)
    for (const Answer& answer : {Answer{404, "<html>404 Not Found</html>"},
                                 Answer{404, R"({"detail":"Not Found"})"}, Answer{404, ""}}) {
      fakes::World world;
      sign_in_with(world, {"openid"});
      world.variables["CHUTES_API_KEY"] = "cpk_admin";
      check_row(world, row, answer);
    }
}

TEST_CASE("a call that is refused for a scope that the session has is blamed on the address") {
  for (const auto& row : calls)
    for (const oauth::Scope& scope :
         std::vector<oauth::Scope>{{"profile"}, {"openid", "profile", "chutes:invoke"}, {"admin"}}) {
      fakes::World world;
      sign_in_with(world, scope);
      check_row(world, row, no_permission);
    }
  for (const char* scope : {"profile:read", "account:read", "quota", "quota:read"}) {
    fakes::World world;
    sign_in_with(world, {scope});
    check_row(world, calls.back(), no_permission);
  }
}

TEST_CASE("userinfo refuses a scope in words of its own, so that another 403 is the address's") {
  fakes::World world;
  sign_in_with(world, {"openid"});
  check_row(world, calls.front(), no_permission);
}

TEST_CASE("a scope that the session lacks is still named") {
  fakes::World world;
  sign_in_with(world, {"openid"});
  world.http.expect("GET", api + "/users/me", no_permission.status, no_permission.body);
  CHECK(world.run({"balance"}) == 8);
  CHECK(missing(world.terminal.errors, {"sign in again", "--scope profile"}).empty());
}

TEST_CASE("a call with a token of the environment, whose scopes are not known, tells the two other answers") {
  for (const auto& row : calls)
    for (const auto& answer : {unauthenticated, no_chute}) {
      fakes::World world;
      world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
      check_row(world, row, answer);
    }
}

TEST_CASE("a call without a credential that asks for one is at the wrong address") {
  for (const auto& row : anonymous)
    for (const auto& answer : {unauthenticated, no_chute}) {
      fakes::World world;
      check_row(world, row, answer);
    }
}

TEST_CASE("an introspection endpoint that is not there is neither a dead session nor a reason to try again") {
  for (const Words& command : {Words{"status", "--check"}, Words{"introspect"}}) {
    fakes::World world;
    sign_in_beforehand(world);
    world.http.expect("POST", api + "/idp/token/introspect", unauthenticated.status, unauthenticated.body);
    CHECK(world.run(command) == 6);
    CHECK(missing(world.terminal.errors, {"status 401", "address"}).empty());
    CHECK(world.terminal.errors.find("sign in") == std::string::npos);
  }
}

TEST_CASE("the management routes' own refusals keep their own hints") {
  struct Own {
    Words command;
    std::string method;
    std::string url;
    Answer answer;
    int code;
    Words facts;
  };
  const std::string app = apps_url + "/" + app_id;
  const std::vector<Own> rows{
      {{"app", "update", "cid_1", "--description", "x"},
       "PATCH",
       app,
       {404, R"({"detail":"Application not found"})"},
       6,
       {"another account"}},
      {{"app", "delete", "cid_1", "--yes"},
       "DELETE",
       app,
       {404, R"({"detail":"Application not found"})"},
       6,
       {"another account"}},
      {{"app", "share", "cid_1", "nobody"},
       "POST",
       app + "/share",
       {404, R"({"detail":"User not found"})"},
       6,
       {"user"}},
      {{"grants", "revoke", "cid_1"},
       "DELETE",
       api + "/idp/authorizations/" + app_id,
       {404, R"({"detail":"Authorization not found"})"},
       6,
       {"grants list"}},
      {{"app", "shares", "cid_1"},
       "GET",
       app + "/shares",
       {401, R"({"detail":"Invalid token or user not found"})"},
       8,
       {"admin API key"}},
      {{"app", "update", "cid_1", "--name", "Taken"},
       "PATCH",
       app,
       {409, R"({"detail":"An application with this name already exists"})"},
       2,
       {"app of yours", "exactly"}},
  };
  for (const auto& row : rows) {
    CAPTURE(join(row.command, " "));
    AppOwner world;
    world.expect_find();
    world.http.expect(row.method, row.url, row.answer.status, row.answer.body);
    CHECK(world.run(row.command) == row.code);
    CHECK_MESSAGE(missing(world.terminal.errors, row.facts).empty(), world.terminal.errors);
    CHECK(world.terminal.errors.find("CHUTES_API_URL") == std::string::npos);
  }
}
