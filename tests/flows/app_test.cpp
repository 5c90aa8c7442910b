// Registering and managing apps: from the command line to the requests sent and the output printed.
#include "flows/app_owner.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string facts = "  app id         " + app_id + "\n" +
                          "  client id      cid_1\n"
                          "  description    All you need\n"
                          "  redirect URIs  https://shop.example/cb\n"
                          "  scopes         openid profile chutes:invoke\n"
                          "  seen by        you and the users it is shared with (private)\n"
                          "  sessions end   30 days after its last use\n"
                          "  created        2026-01-02 03:04 UTC\n";

std::string without_scopes(std::string text) {
  const auto begin = text.find("  scopes");
  return text.erase(begin, text.find('\n', begin) + 1 - begin);
}

} // namespace

TEST_CASE("app create sends what was given and nothing else, keeps the secret and remembers the scopes") {
  AppOwner world;
  world.expect_creation().look = [&](const HttpRequest& request) {
    CHECK(request.headers.front().second == "Bearer cpk_admin");
    CHECK(*parse_json(request.body) == Json{{"name", "Shop"},
                                            {"redirect_uris", {"https://shop.example/cb"}},
                                            {"allowed_scopes", {"openid", "profile", "chutes:invoke"}}});
    CHECK(world.signals.held == 1);
  };
  CHECK(world.run(world.create()) == 0);
  CHECK(world.terminal.output ==
        "'Shop'\n" + facts + "  secret         in the keychain, protected by your login\n");
  CHECK(world.says("'Shop' (cid_1)"));
  CHECK(world.says("'chutes-login app replace'"));
  check_golden(world.terminal.errors);
  CHECK(world.keychain.items.at({"default", "https://api.chutes.ai", "client:cid_1"}) ==
        Secret{"csc_canary"});
  CHECK(world.files.files.at(scopes_file).reveal().find(app_id) != std::string::npos);
  CHECK(!world.secret_was_shown());
}

TEST_CASE("app create has an option for every field of the service") {
  AppOwner world;
  world.http.expect("GET", "https://api.chutes.ai/idp/scopes", 200,
                    R"({"scopes":{"profile":"","usage:read":"","billing:read":""}})");
  world.expect_creation().look = [](const HttpRequest& request) {
    CHECK(*parse_json(request.body) ==
          Json{{"name", "Shop"},
               {"description", "All"},
               {"redirect_uris", {"https://shop.example/cb", "http://localhost:3000/cb"}},
               {"homepage_url", "https://shop.example"},
               {"logo_url", "https://shop.example/logo.png"},
               {"public", false},
               {"refresh_token_lifetime_days", 7},
               {"allowed_scopes", {"profile", "usage:read", "billing:read"}}});
  };
  CHECK(world.run(world.create({"--redirect-uri", "http://localhost:3000/cb", "--description", "All",
                                "--homepage-url", "https://shop.example", "--logo-url",
                                "https://shop.example/logo.png", "--private", "--refresh-token-days", "7",
                                "--scope", "profile usage:read", "--scope", "billing:read"})) == 0);
  CHECK(world.says("unlimited_dev"));
  CHECK(world.says("billing:read\n"));
  check_golden(world.terminal.errors);
}

TEST_CASE("with --json the service's own fields are printed, without the secret") {
  AppOwner world;
  world.expect_creation();
  CHECK(world.run(world.create({"--json"})) == 0);
  CHECK(world.terminal.output == app_json + "\n");
}

TEST_CASE("every field that the service would refuse is named at once, before anything is sent") {
  AppOwner world;
  CHECK(world.run({"app", "create", "--name", "x!", "--redirect-uri", "myapp://cb", "--refresh-token-days",
                   "31"}) == 2);
  for (const char* fact : {"name: ", "3 to 64", "'!'", "; redirect_uris: ", "'myapp://cb'",
                           "; refresh_token_lifetime_days: ", "1 to 30", "31"})
    CHECK(world.says(fact));
  CHECK(world.says("invalid registration: "));
  CHECK(world.http.requests.empty());
}

TEST_CASE("scopes the service does not have are refused, before anything is created") {
  AppOwner world;
  world.http.expect("GET", "https://api.chutes.ai/idp/scopes", 200, R"({"scopes":{"profile":""}})");
  CHECK(world.run(world.create({"--scope", "profile", "--scope", "email"})) == 2);
  CHECK(world.says("the service has no scope email\n"));
  CHECK(world.says("'chutes-login scopes'"));
  check_golden(world.terminal.errors);
}

TEST_CASE("redirect URIs that will not work are warned of") {
  AppOwner world;
  world.expect_creation();
  CHECK(world.run(world.create({"--redirect-uri", "https://shop.example/cb?x=1"})) == 0);
  CHECK(world.says("warning: the redirect URI 'https://shop.example/cb?x=1'"));
}

TEST_CASE("the service's own refusals end the command with the code of their kind") {
  AppOwner world;
  int status = 0;
  int code = 0;
  std::string detail;
  SUBCASE("no admin key") {
    status = 401, code = 8, detail = "Invalid token or user not found";
  }
  SUBCASE("no role") {
    status = 403, code = 8, detail = "Privileged scopes require unlimited_dev permission: ['admin']";
  }
  SUBCASE("name taken") {
    status = 409, code = 2, detail = "An application with this name already exists";
  }
  SUBCASE("busy") {
    status = 429, code = 9, detail = "Slow down";
  }
  SUBCASE("failing") {
    status = 503, code = 6, detail = "Down";
  }
  world.http.expect("POST", apps_url, status, R"({"detail":")" + detail + R"("})");
  CHECK(world.run(world.create()) == code);
  CHECK(world.keychain.items.empty());
  CHECK(!world.files.files.contains(rescue_file));
}

TEST_CASE("a session that holds admin will do where there is no key") {
  AppOwner world;
  world.variables.erase("CHUTES_API_KEY");
  auto session = example_session(world);
  session.scope = {"openid", "admin"};
  world.keychain.items[session_key] = session::encode(session);
  world.http.expect("GET", apps_url + "/cid_1", 200, app_json).look = [](const HttpRequest& request) {
    CHECK(request.headers.front().second == "Bearer cak_first");
  };
  CHECK(world.run({"app", "show", "cid_1"}) == 0);
}

TEST_CASE("a session without admin does not count, and the options that would are named") {
  AppOwner world;
  world.variables.erase("CHUTES_API_KEY");
  sign_in_beforehand(world);
  CHECK(world.run({"app", "list", "--no-input"}) == 2);
  for (const char* way : {"--api-key-stdin", "--api-key-file", "CHUTES_API_KEY"})
    CHECK(world.says(way));
}

TEST_CASE("app list shows one's own apps, and leaves their names for completion") {
  AppOwner world;
  world.http.expect("GET", apps_url + "?include_public=false&include_shared=false&limit=100&page=0", 200,
                    R"({"total":1,"items":[)" + app_json + "]}");
  SUBCASE("text") {
    CHECK(world.run({"app", "list"}) == 0);
    CHECK(world.terminal.output == "Shop\tcid_1\t" + app_id + "\tprivate\thttps://shop.example/cb\n");
    CHECK(world.files.files.at("/home/ada/.cache/chutes-login/apps.json").reveal().find("Shop") !=
          std::string::npos);
  }
  SUBCASE("json") {
    CHECK(world.run({"app", "list", "--json"}) == 0);
    CHECK(world.terminal.output == "[" + app_json + "]\n");
  }
}

TEST_CASE("app list can be searched, widened and limited") {
  AppOwner world;
  world.http.expect("GET", apps_url + "?include_public=true&include_shared=true&search=shop&limit=100&page=0",
                    200, R"({"total":2,"items":[)" + app_json + "," + app_json + "]}");
  CHECK(world.run({"app", "list", "--all", "--search", "shop", "--limit", "1", "--json"}) == 0);
  CHECK(world.terminal.output == "[" + app_json + "]\n");
  CHECK(world.run({"app", "list", "--limit", "0"}) == 2);
}

TEST_CASE("app show tells the scopes of an app that was created here, as remembered") {
  AppOwner world;
  world.expect_creation();
  REQUIRE(world.run(world.create()) == 0);
  world.terminal.output.clear();
  world.expect_find();
  SUBCASE("text") {
    CHECK(world.run({"app", "show", "cid_1"}) == 0);
    CHECK(world.terminal.output == "'Shop'\n" + facts);
  }
  SUBCASE("json") {
    CHECK(world.run({"app", "show", "cid_1", "--json"}) == 0);
    Json expected = *parse_json(app_json);
    expected["remembered_scopes"] = {"openid", "profile", "chutes:invoke"};
    CHECK(world.terminal.output == json_line(expected) + "\n");
  }
}

TEST_CASE(
    "an app that was never changed has no time of a change, though the service sets one at its creation") {
  for (const auto& [updated, is_shown] :
       {std::pair{"2026-01-02T03:04:05.000007", false}, {"2026-02-02T03:04:05", true}}) {
    AppOwner world;
    Json app = *parse_json(app_json);
    app["created_at"] = "2026-01-02T03:04:05.000001";
    app["updated_at"] = updated;
    world.http.expect("GET", apps_url + "/cid_1", 200, json_line(app));
    CHECK(world.run({"app", "show", "cid_1"}) == 0);
    CHECK((world.terminal.output.find("changed") != std::string::npos) == is_shown);
  }
}

TEST_CASE("the scopes of an app created elsewhere are not guessed") {
  AppOwner world;
  world.expect_find();
  CHECK(world.run({"app", "show", "cid_1"}) == 0);
  CHECK(world.terminal.output == "'Shop'\n" + without_scopes(facts));
}

TEST_CASE("an app can be named by its exact name") {
  AppOwner world;
  world.expect_named("Shop", {app_json});
  CHECK(world.run({"app", "show", "Shop"}) == 0);
}

TEST_CASE("a name that is not exact, or that several apps have, is refused with the candidates") {
  AppOwner world;
  SUBCASE("another case") {
    world.expect_named("shop", {app_json});
    CHECK(world.run({"app", "delete", "shop", "--yes"}) == 2);
    CHECK(world.says("'shop'"));
    CHECK(world.says("'Shop' " + app_id + " (cid_1)\n"));
    check_golden(world.terminal.errors);
  }
  SUBCASE("several") {
    world.expect_named("Shop", {app_json, app_json});
    CHECK(world.run({"app", "delete", "Shop", "--yes"}) == 2);
    CHECK(world.says("'Shop' " + app_id + " (cid_1), 'Shop' " + app_id + " (cid_1)\n"));
    check_golden(world.terminal.errors);
  }
  SUBCASE("none") {
    world.expect_named("Shop", {});
    CHECK(world.run({"app", "delete", "Shop", "--yes"}) == 6);
    CHECK(world.says("'Shop'\n"));
    CHECK(world.says("'chutes-login app list'"));
    check_golden(world.terminal.errors);
  }
  SUBCASE("no word at all") {
    CHECK(world.run({"app", "delete", "--yes"}) == 2);
    check_golden(world.terminal.errors);
  }
}

TEST_CASE("app update sends the fields given and no other") {
  AppOwner world;
  world.expect_find();
  world.http.expect("PATCH", apps_url + "/" + app_id, 200, app_json).look = [](const HttpRequest& request) {
    CHECK(*parse_json(request.body) == Json{{"name", "Shop 2"}, {"public", true}, {"active", false}});
  };
  CHECK(world.run({"app", "update", "cid_1", "--name", "Shop 2", "--public", "--deactivate"}) == 0);
  CHECK(world.terminal.output.starts_with("Changed name, public, active of 'Shop' (cid_1).\n"));
  CHECK(world.says("five minutes"));
  check_golden(world.terminal.errors);
}

TEST_CASE("app update adds and removes single redirect URIs") {
  AppOwner world;
  world.expect_find();
  SUBCASE("both") {
    world.http.expect("PATCH", apps_url + "/" + app_id, 200, app_json).look = [](const HttpRequest& request) {
      CHECK(request.body == R"({"redirect_uris":["https://new.example/cb"]})");
    };
    CHECK(world.run({"app", "update", "cid_1", "--add-redirect-uri", "https://new.example/cb",
                     "--remove-redirect-uri", "https://shop.example/cb"}) == 0);
  }
  SUBCASE("one that is not there") {
    CHECK(world.run({"app", "update", "cid_1", "--remove-redirect-uri", "https://shop.example/cb/"}) == 2);
    CHECK(world.says("the app has no redirect URI https://shop.example/cb/"));
  }
  SUBCASE("the last one") {
    CHECK(world.run({"app", "update", "cid_1", "--remove-redirect-uri", "https://shop.example/cb"}) == 2);
    CHECK(world.says("redirect_uris: "));
  }
}

TEST_CASE("what the service cannot change is refused with the reason, before anything is sent") {
  AppOwner world;
  std::vector<std::string> words;
  std::string said;
  SUBCASE("scopes") {
    words = {"--scope", "profile"};
    said = "'chutes-login app replace APP --name NAME --scope …'";
  }
  SUBCASE("clearing a field") {
    words = {"--description", ""};
    said = "--description requires a value";
  }
  SUBCASE("nothing") {
    said = ": change: ";
  }
  SUBCASE("both ways at once") {
    words = {"--public", "--private"};
    said = "--public and --private";
  }
  words.insert(words.begin(), {"app", "update", "cid_1"});
  CHECK(world.run(words) == 2);
  CHECK(world.says(said));
  CHECK(world.http.requests.empty());
}

TEST_CASE("app delete asks for confirmation, and says what stops working") {
  AppOwner world;
  world.expect_find();
  SUBCASE("yes") {
    world.terminal.answers = {"y"};
    world.http.expect("DELETE", apps_url + "/" + app_id, 200, R"({"app_id":"a","deleted":true})");
    CHECK(world.run({"app", "delete", "cid_1"}) == 0);
    REQUIRE(world.terminal.questions.size() == 1);
    CHECK(world.terminal.questions.front().find("'Shop' (cid_1)") != std::string::npos);
    CHECK(world.terminal.output.find("'Shop' (cid_1)") != std::string::npos);
    check_golden(world.terminal.questions.front() + "\n" + world.terminal.output);
  }
  SUBCASE("no") {
    world.terminal.answers = {"n"};
    CHECK(world.run({"app", "delete", "cid_1"}) == 2);
    CHECK(world.says("nothing was deleted\n"));
  }
  SUBCASE("nobody to ask") {
    CHECK(world.run({"app", "delete", "cid_1"}) == 2);
    CHECK(world.says("--yes"));
  }
}

TEST_CASE("with an app go its kept secret and its remembered scopes") {
  AppOwner world;
  world.expect_creation();
  REQUIRE(world.run(world.create()) == 0);
  world.expect_find();
  world.http.expect("DELETE", apps_url + "/" + app_id, 200, R"({"app_id":"a","deleted":true})");
  CHECK(world.run({"app", "delete", "cid_1", "--yes", "--json"}) == 0);
  CHECK(world.terminal.output.ends_with("{\"app_id\":\"a\",\"deleted\":true}\n"));
  CHECK(world.keychain.items.empty());
  CHECK(world.files.files.at(scopes_file) == Secret{"{}\n"});
}

TEST_CASE("deleting the client that this profile signs in with is remarked upon") {
  AppOwner world;
  world.keychain.items[client_key] =
      session::encode(session::ClientRegistration{"cid_1", Secret{"csc_old"}, {}});
  world.expect_find();
  world.http.expect("DELETE", apps_url + "/" + app_id, 200, R"({"deleted":true})");
  CHECK(world.run({"app", "delete", "cid_1", "--yes"}) == 0);
  CHECK(world.says("'chutes-login setup'"));
  check_golden(world.terminal.errors);
}

TEST_CASE("app replace makes an app like another, with its own name and scopes, and keeps the old one") {
  AppOwner world;
  world.expect_find();
  world.http.expect("POST", apps_url, 200, created_json).look = [](const HttpRequest& request) {
    CHECK(*parse_json(request.body) == Json{{"name", "Shop 2"},
                                            {"description", "All you need"},
                                            {"redirect_uris", {"https://shop.example/cb"}},
                                            {"public", false},
                                            {"refresh_token_lifetime_days", 30},
                                            {"allowed_scopes", {"profile"}}});
  };
  CHECK(world.run({"app", "replace", "cid_1", "--name", "Shop 2", "--scope", "profile"}) == 0);
  CHECK(world.terminal.output.starts_with("'Shop' replaces 'Shop'\n"));
  CHECK(world.says("'chutes-login app delete " + app_id + "'"));
  check_golden(world.terminal.errors);
}

TEST_CASE("app share, shares and unshare name users by name or id") {
  AppOwner world;
  const std::string shares = R"([{"user_id":"u-2","username":"grace","shared_at":"2026-01-02T03:04:05"}])";
  world.expect_find();
  SUBCASE("share") {
    world.http
        .expect("POST", apps_url + "/" + app_id + "/share", 200,
                R"({"app_id":"a","shared_to":"u-2","shared_to_username":"grace"})")
        .look = [](const HttpRequest& request) {
      CHECK(string_field(*parse_json(request.body), "user_id_or_name") == "u-2");
    };
    CHECK(world.run({"app", "share", "cid_1", "u-2"}) == 0);
    CHECK(world.terminal.output == "Shared 'Shop' (cid_1) with grace.\n");
  }
  SUBCASE("shared already") {
    world.http.expect("POST", apps_url + "/" + app_id + "/share", 409,
                      R"({"detail":"App is already shared with this user"})");
    CHECK(world.run({"app", "share", "cid_1", "grace"}) == 2);
    CHECK(world.says("App is already shared with this user"));
  }
  SUBCASE("shares") {
    world.http.expect("GET", apps_url + "/" + app_id + "/shares", 200, R"({"shares":)" + shares + "}");
    CHECK(world.run({"app", "shares", "cid_1"}) == 0);
    CHECK(world.terminal.output == "grace\tu-2\t2026-01-02 03:04 UTC\n");
  }
  SUBCASE("shares as JSON") {
    world.http.expect("GET", apps_url + "/" + app_id + "/shares", 200, R"({"shares":)" + shares + "}");
    CHECK(world.run({"app", "shares", "cid_1", "--json"}) == 0);
    CHECK(world.terminal.output == shares + "\n");
  }
  SUBCASE("unshare") {
    world.http.expect("GET", apps_url + "/" + app_id + "/shares", 200, R"({"shares":)" + shares + "}");
    world.http.expect("DELETE", apps_url + "/" + app_id + "/share/u-2", 200, R"({"unshared_from":"u-2"})");
    CHECK(world.run({"app", "unshare", "cid_1", "grace"}) == 0);
    CHECK(world.terminal.output == "'Shop' (cid_1) is no longer shared with grace.\n");
  }
  SUBCASE("unshare a stranger") {
    world.http.expect("GET", apps_url + "/" + app_id + "/shares", 200, R"({"shares":)" + shares + "}");
    CHECK(world.run({"app", "unshare", "cid_1", "linus"}) == 6);
    CHECK(world.says("'linus'\n"));
    CHECK(world.says("'chutes-login app shares APP'"));
    check_golden(world.terminal.errors);
  }
}

TEST_CASE("apps are managed at the Chutes service only") {
  AppOwner world;
  world.http.expect(
      "GET", "https://idp.example.org/.well-known/openid-configuration", 200,
      R"({"issuer":"https://idp.example.org","authorization_endpoint":"https://idp.example.org/a",)"
      R"("token_endpoint":"https://idp.example.org/t"})");
  CHECK(world.run({"app", "list", "--issuer", "https://idp.example.org"}) == 2);
  CHECK(world.says("--issuer"));
  check_golden(world.terminal.errors);
}
