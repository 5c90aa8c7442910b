// `app apply` and `app diff` with fakes: what is sent, and what is printed when something fails in between.
#include "base/error.hpp"
#include "flows/app_owner.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string own_apps = apps_url + "?include_public=false&include_shared=false&limit=100&page=0";

std::string page(const std::vector<std::string>& apps) {
  std::string items;
  for (const auto& app : apps)
    items += (items.empty() ? "" : ",") + app;
  return R"({"total":)" + std::to_string(apps.size()) + R"(,"items":[)" + items + "]}";
}

struct FileOwner : AppOwner {
  void expect_own(const std::vector<std::string>& apps) { http.expect("GET", own_apps, 200, page(apps)); }
  void expect_others(const std::string& name, const std::vector<std::string>& apps = {}) {
    http.expect("GET",
                apps_url + "?include_public=true&include_shared=true&search=" + name + "&limit=100&page=0",
                200, page(apps));
  }
  int apply(const std::string& file, const std::vector<std::string>& more = {}) {
    terminal.input = file;
    std::vector<std::string> words{"app", "apply", "-f", "-"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
};

const std::string shop = R"({"name":"Shop","redirect_uris":["https://shop.example/cb"]})";

} // namespace

TEST_CASE("apply asks for what there is and sends nothing where all is as the file says") {
  FileOwner owner;
  owner.expect_own({app_json});
  CHECK(owner.apply(shop) == 0);
  CHECK(owner.terminal.output == "unchanged 'Shop'\n");
  CHECK(owner.lock.acquired == std::vector<std::string>{"app-apply"});
}

TEST_CASE("apply changes the fields that differ and sends no other") {
  FileOwner owner;
  owner.expect_own({app_json});
  owner.http.expect("PATCH", apps_url + "/" + app_id, 200, app_json).look = [](const HttpRequest& request) {
    CHECK(request.body == R"({"description":"new","public":true})");
  };
  CHECK(owner.apply(R"({"name":"Shop","redirect_uris":["https://shop.example/cb"],"description":"new",)"
                    R"("public":true,"refresh_token_lifetime_days":30})") == 0);
  CHECK(owner.terminal.output ==
        "updated 'Shop'\n  description: \"All you need\" -> \"new\"\n  public: false -> true\n");
}

TEST_CASE("apply holds signals and its lock while it creates, and keeps the secret") {
  FileOwner owner;
  owner.expect_own({});
  owner.expect_others("Shop");
  owner.expect_creation().look = [&](const HttpRequest& request) {
    CHECK(request.body == shop);
    CHECK(owner.signals.held == 1);
    CHECK(owner.lock.held == 1);
  };
  CHECK(owner.apply(shop) == 0);
  CHECK(owner.keychain.items.size() == 1);
  CHECK(!owner.secret_was_shown());
  CHECK(owner.terminal.output ==
        "created 'Shop'\n  name: \"Shop\"\n  redirect_uris: [\"https://shop.example/cb\"]\n"
        "  client id: cid_1\n  its secret is in the keychain, protected by your login\n");
}

TEST_CASE("an app that is to be inactive is created and then set so, because its creation cannot say it") {
  FileOwner owner;
  owner.expect_own({});
  owner.expect_others("Shop");
  owner.expect_creation().look = [](const HttpRequest& request) { CHECK(request.body == shop); };
  owner.http.expect("PATCH", apps_url + "/" + app_id, 200, app_json).look = [](const HttpRequest& request) {
    CHECK(request.body == R"({"active":false})");
  };
  CHECK(owner.apply(R"({"name":"Shop","redirect_uris":["https://shop.example/cb"],"active":false})") == 0);
}

TEST_CASE("an inactive app, which no list holds, is found again by the id that was remembered") {
  FileOwner owner;
  owner.files.files.emplace(scopes_file, Secret{R"({"https://api.chutes.ai )" + app_id + R"(":[]})"});
  owner.expect_own({});
  auto inactive = app_json;
  inactive.replace(inactive.find("\"active\":true"), 13, "\"active\":false");
  owner.http.expect("GET", apps_url + "/" + app_id, 200, inactive);
  owner.http.expect("PATCH", apps_url + "/" + app_id, 200, app_json).look = [](const HttpRequest& request) {
    CHECK(request.body == R"({"active":true})");
  };
  CHECK(owner.apply(R"({"name":"Shop","redirect_uris":["https://shop.example/cb"],"active":true})") == 0);
}

TEST_CASE(
    "an app that turns up among those of others is not somebody else's before one's own are listed again") {
  FileOwner owner;
  owner.expect_own({});
  owner.expect_others("Shop", {app_json});
  SUBCASE("another machine of ours created it between the two lists") {
    owner.expect_own({app_json});
    CHECK(owner.apply(shop) == 0);
    CHECK(owner.terminal.output == "unchanged 'Shop'\n");
  }
  SUBCASE("somebody else has it") {
    owner.expect_own({});
    CHECK(owner.apply(shop) == 2);
    CHECK(owner.terminal.output.starts_with("conflict 'Shop'\n"));
    CHECK(owner.terminal.output.find("another account") != std::string::npos);
  }
}

TEST_CASE("a name that was free and is taken at the creation is looked at again") {
  FileOwner owner;
  owner.expect_own({});
  owner.expect_others("Shop");
  owner.http.expect("POST", apps_url, 409, R"({"detail":"An application with this name already exists"})");
  SUBCASE("another machine of ours created it: what differs is changed") {
    owner.expect_own({app_json});
    owner.http.expect("PATCH", apps_url + "/" + app_id, 200, app_json);
    CHECK(owner.apply(R"({"name":"Shop","redirect_uris":["https://shop.example/cb"],"public":true})") == 0);
    CHECK(owner.terminal.output == "updated 'Shop'\n  public: false -> true\n");
  }
  SUBCASE("somebody else has it: a conflict, and the code of wrong input") {
    owner.expect_own({});
    owner.expect_others("Shop");
    CHECK(owner.apply(shop) == 2);
    CHECK(owner.terminal.output.starts_with("conflict 'Shop'\n"));
    check_golden(owner.terminal.output + owner.terminal.errors);
  }
}

TEST_CASE("apply stops when the network fails, and reports what was done and what was not") {
  FileOwner owner;
  owner.expect_own({app_json});
  owner.expect_others("New");
  owner.expect_others("SHOP+2");
  owner.http.expect("POST", apps_url, 0).failure =
      std::make_exception_ptr(Error{ErrorKind::network, "could not reach api.chutes.ai", "try again"});
  CHECK(owner.apply(R"({"apps":[)" + shop +
                        R"(,{"name":"New","redirect_uris":["https://n.example/cb"]},)"
                        R"({"name":"SHOP 2","redirect_uris":["https://n.example/cb"]}]})",
                    {"--json"}) == 5);
  CHECK(owner.says("2 of 3 apps"));
  CHECK(owner.says("'New': could not reach api.chutes.ai"));
  check_golden(owner.terminal.errors);
}

TEST_CASE("a secret that cannot be kept is rescued, and the next app is not tried") {
  FileOwner owner;
  owner.expect_own({});
  owner.expect_others("Shop");
  owner.expect_creation().look = [&](const HttpRequest&) { owner.keychain.failing_writes = 1; };
  CHECK(owner.apply(shop) == 7);
  CHECK(owner.files.files.at(rescue_file) == Secret{"csc_canary\n"});
  CHECK(owner.says(rescue_file));
  CHECK(!owner.secret_was_shown());
}

TEST_CASE("diff and a dry run take no lock and change nothing") {
  FileOwner owner;
  owner.terminal.input = shop;
  owner.expect_own({});
  owner.expect_others("Shop");
  SUBCASE("diff") {
    CHECK(owner.run({"app", "diff", "-f", "-"}) == 11);
    CHECK(owner.says("1 of 1 app differs"));
    CHECK(owner.says("'chutes-login app apply -f FILE'"));
    check_golden(owner.terminal.errors);
  }
  SUBCASE("dry run") {
    CHECK(owner.run({"app", "apply", "-f", "-", "--dry-run"}) == 0);
    CHECK(owner.terminal.errors.empty());
  }
  CHECK(owner.terminal.output ==
        "create 'Shop'\n  name: \"Shop\"\n  redirect_uris: [\"https://shop.example/cb\"]\n");
  CHECK(owner.lock.acquired.empty());
}
