// `setup --web` with fakes: what it asks, what it registers and what it writes.
#include "flows/app_owner.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string web_uri = "http://localhost:3000/api/auth/chutes/callback";

// Somebody at a terminal, in the folder of a web application.
struct WebDeveloper : AppOwner {
  void created_before() {
    files.files.emplace(scopes_file, Secret{R"({"https://api.chutes.ai )" + app_id + R"(":["openid"]})"});
  }
  std::string env_file() { return secret_files.files.at(".env.local"); }
};

} // namespace

TEST_CASE("setup --web asks for name and address, registers the app and writes what the SDK reads") {
  WebDeveloper developer;
  developer.terminal.answers = {"Shop", ""};
  developer.expect_creation().look = [](const HttpRequest& request) {
    CHECK(request.body == R"({"name":"Shop","redirect_uris":[")" + web_uri +
                              R"("],"homepage_url":"http://localhost:3000","public":false,)"
                              R"("allowed_scopes":["openid","profile","chutes:invoke"]})");
  };
  CHECK(developer.run({"setup", "--web"}) == 0);
  REQUIRE(developer.terminal.questions.size() == 2);
  CHECK(developer.terminal.questions[1].find("http://localhost:3000") != std::string::npos);
  check_golden(developer.terminal.questions[0] + "\n" + developer.terminal.questions[1] + "\n" +
               developer.terminal.errors);
  CHECK(developer.env_file() ==
        "CHUTES_OAUTH_CLIENT_ID=cid_1\nCHUTES_OAUTH_CLIENT_SECRET=csc_canary\n"
        "CHUTES_OAUTH_SCOPES=\"openid profile chutes:invoke\"\n"
        "NEXT_PUBLIC_APP_URL=\"http://localhost:3000\"\nCHUTES_OAUTH_REDIRECT_URI=\"" +
            web_uri + "\"\n");
  CHECK(developer.says("\n  " + web_uri + "\n"));
  CHECK(developer.says("app verify --env-file .env.local"));
  CHECK(!developer.secret_was_shown());
  CHECK(developer.keychain.items.empty());
}

TEST_CASE("a second setup --web takes the app that the env file names and offers its address") {
  WebDeveloper developer;
  const std::string before = "A=1\nCHUTES_OAUTH_CLIENT_ID=cid_1\nCHUTES_OAUTH_CLIENT_SECRET=csc_mine\n"
                             "NEXT_PUBLIC_APP_URL=https://shop.example\n";
  developer.created_before();
  developer.secret_files.files.emplace(".env.local", before);
  developer.terminal.answers = {""};
  developer.expect_find();
  developer.http.expect("PATCH", apps_url + "/" + app_id, 200, app_json)
      .look = [](const HttpRequest& request) {
    CHECK(request.body ==
          R"({"redirect_uris":["https://shop.example/cb","https://shop.example/api/auth/chutes/callback"]})");
  };
  CHECK(developer.run({"setup", "--web"}) == 0);
  REQUIRE(developer.terminal.questions.size() == 1);
  CHECK(developer.terminal.questions[0].find("https://shop.example") != std::string::npos);
  CHECK(developer.says("'Shop' (cid_1)"));
  CHECK(developer.env_file().starts_with(
      "A=1\nCHUTES_OAUTH_CLIENT_ID=cid_1\nCHUTES_OAUTH_CLIENT_SECRET=csc_mine\n"));
}

TEST_CASE("setup --web says so where the env file names an app and lacks its secret") {
  WebDeveloper developer;
  developer.secret_files.files.emplace(".env.local", "CHUTES_OAUTH_CLIENT_ID=cid_1\n");
  developer.expect_find();
  CHECK(developer.run({"setup", "--web", "--no-input", "--redirect-uri", "https://shop.example/cb"}) == 0);
  CHECK(developer.says("'chutes-login app rotate-secret cid_1 --secret-to env-file:FILE'"));
  check_golden(developer.terminal.errors);
}

TEST_CASE("setup --web warns that the app which the env file names is inactive") {
  WebDeveloper developer;
  developer.secret_files.files.emplace(".env.local",
                                       "CHUTES_OAUTH_CLIENT_ID=cid_1\nCHUTES_OAUTH_CLIENT_SECRET=csc_mine\n");
  std::string inactive = app_json;
  inactive.replace(inactive.find(R"("active":true)"), 13, R"("active":false)");
  developer.http.expect("GET", apps_url + "/cid_1", 200, inactive);
  CHECK(developer.run({"setup", "--web", "--no-input", "--redirect-uri", "https://shop.example/cb"}) == 0);
  CHECK(developer.says("warning: it is inactive"));
  CHECK(developer.says("'chutes-login app update cid_1 --activate'"));
}

TEST_CASE(
    "setup --web registers nothing without a name, with a bad address, or where the file cannot be written") {
  WebDeveloper developer;
  SUBCASE("no terminal to ask on") {
    CHECK(developer.run({"setup", "--web", "--no-input"}) == 2);
    CHECK(developer.says("--name"));
    check_golden(developer.terminal.errors);
  }
  SUBCASE("a redirect URI that the service refuses") {
    CHECK(developer.run({"setup", "--web", "--no-input", "--name", "Shop", "--redirect-uri", "shop"}) == 2);
    CHECK(developer.says("http:// or https://"));
  }
  SUBCASE("a file that cannot be written") {
    developer.secret_files.forbidden = true;
    CHECK(developer.run({"setup", "--web", "--no-input", "--name", "Shop"}) == 2);
    CHECK(developer.says("cannot write .env.local"));
  }
  SUBCASE("options of --web without it") {
    CHECK(developer.run({"setup", "--env-file", "x"}) == 2);
  }
}

TEST_CASE(
    "setup --web adds no redirect URI to an app of a checked-out file that this program did not create") {
  WebDeveloper developer;
  developer.secret_files.files.emplace(".env.local", "CHUTES_OAUTH_CLIENT_ID=cid_1\n"
                                                     "NEXT_PUBLIC_APP_URL=https://evil.example\n");
  developer.terminal.answers = {""};
  developer.expect_find();
  CHECK(developer.run({"setup", "--web"}) == 2);
  CHECK(developer.says("'Shop' (cid_1)"));
  CHECK(developer.says("app update"));
  check_golden(developer.terminal.errors);
}

TEST_CASE("setup --web registers no address of .env.local that no one could confirm") {
  WebDeveloper developer;
  developer.created_before();
  std::string before = "NEXT_PUBLIC_APP_URL=https://evil.example\n";
  std::vector<std::string> command{"setup", "--web", "--no-input", "--name", "Shop"};
  int code = 2;
  SUBCASE("of a new app") {}
  SUBCASE("of an app that this program created") {
    before += "CHUTES_OAUTH_CLIENT_ID=cid_1\n";
    developer.expect_find();
  }
  SUBCASE("unless the file is named") {
    command.insert(command.end(), {"--env-file", ".env.local"});
    developer.expect_creation();
    code = 0;
  }
  developer.secret_files.files.emplace(".env.local", before);
  CHECK(developer.run(command) == code);
  if (code != 0) {
    CHECK(developer.env_file() == before);
    CHECK(developer.says("https://evil.example"));
    CHECK(developer.says("--homepage-url"));
    check_golden(developer.terminal.errors);
  }
}

TEST_CASE("setup --web sets an address that the file already names to the service that issued the secret") {
  WebDeveloper developer;
  developer.secret_files.files.emplace(".env.local", "CHUTES_IDP_BASE_URL=https://evil.example\n");
  developer.terminal.answers = {"Shop", ""};
  developer.expect_creation();
  CHECK(developer.run({"setup", "--web"}) == 0);
  CHECK(developer.env_file().starts_with("CHUTES_IDP_BASE_URL=\"https://api.chutes.ai\"\n"));
}
