#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* path = "/home/ada/.config/chutes-login/config.toml";
constexpr const char* revoke_url = "https://api.chutes.ai/idp/token/revoke";
constexpr const char* issuer = "https://api.chutes.ai";

// Profiles in every state there is.
struct Profiles : fakes::World {
  Profiles() {
    variables["HOME"] = "/home/ada";
    sign_in_beforehand(*this);
    auto other = example_session(*this);
    other.username = "grace";
    other.refresh_token.reset();
    other.expires_at = clock.now() - std::chrono::hours{1};
    keychain.items[{"old", issuer, "session"}] = session::encode(other);
    keychain.items[{"new", issuer, "client"}] = keychain.items.at(client_key);
    other = example_session(*this);
    other.refused = session::Refusal{};
    keychain.items[{"dead", "https://idp.example.org", "session"}] = session::encode(other);
    keychain.items[{"odd", issuer, "session"}] = Secret{"{"};
  }
  [[nodiscard]] std::string configuration() const {
    const auto found = files.files.find(path);
    return found == files.files.end() ? "none" : found->second.reveal();
  }
  void expect_revocations(int status) {
    for (int i = 0; i < 2; ++i)
      http.expect("POST", revoke_url, status, R"({"revoked":true})");
  }
};

} // namespace

TEST_CASE("profile list shows every profile with its server, its state, and which is the default") {
  Profiles world;
  CHECK(world.run({"profile", "list"}) == 0);
  CHECK(world.terminal.output == "\tdead\tada\trefused\thttps://idp.example.org\n"
                                 "*\tdefault\tada\tsigned in\thttps://api.chutes.ai\n"
                                 "\tnew\t\tsigned out\thttps://api.chutes.ai\n"
                                 "\todd\t\tunreadable\thttps://api.chutes.ai\n"
                                 "\told\tgrace\texpired\thttps://api.chutes.ai\n");
  CHECK(world.http.requests.empty());
}

TEST_CASE("profile list --json is an array, and empty where nothing is stored") {
  fakes::World world;
  SUBCASE("nothing") {
    CHECK(world.run({"profile", "list", "--json"}) == 0);
    CHECK(world.terminal.output == "[]\n");
    CHECK(world.terminal.errors.find("'chutes-login login'") != std::string::npos);
  }
  SUBCASE("one") {
    sign_in_beforehand(world);
    CHECK(world.run({"profile", "list", "--json", "--profile", "other"}) == 0);
    CHECK(
        world.terminal.output ==
        R"([{"name":"default","default":false,"issuer":"https://api.chutes.ai","state":"signed in","signed_in":true,)"
        R"("store":"keychain","username":"ada","scope":["openid","profile","chutes:invoke"],)"
        R"("expires_at":"2026-11-23T13:00:00Z","expires_in":3600,"client_id":"cid_example"}])"
        "\n");
    CHECK(world.terminal.errors.find("'other'") != std::string::npos);
  }
  check_golden(world.terminal.errors);
}

TEST_CASE("profile list without a keychain says so, whatever else is wrong") {
  for (const auto state : {KeychainState::locked, KeychainState::absent, KeychainState::failing}) {
    Profiles world;
    world.keychain.fail_with = state;
    CHECK(world.run({"profile", "list"}) == 7);
    CHECK(world.terminal.output.empty());
  }
}

TEST_CASE("profile use makes a profile the default of later commands") {
  Profiles world;
  CHECK(world.run({"profile", "use", "old"}) == 0);
  CHECK(world.terminal.output.find(" old ") != std::string::npos);
  check_golden(world.terminal.output);
  CHECK(world.configuration() == "profile = \"old\"\n");
  CHECK(world.run({"status", "--json"}) == 3);
  CHECK(world.terminal.output.find(R"("name":"old")") != std::string::npos);
}

TEST_CASE("profile use keeps whatever else is in the configuration") {
  Profiles world;
  world.files.files.emplace(path,
                            Secret{"# mine\ncolor = \"never\"\nprofile = 'new'   # by day\ntimeout = 60"});
  CHECK(world.run({"profile", "use", "old"}) == 0);
  CHECK(world.configuration() == "# mine\ncolor = \"never\"\nprofile = \"old\"   # by day\ntimeout = 60");
  world.files.files.insert_or_assign(path, Secret{"timeout = 60"});
  CHECK(world.run({"profile", "use", "new"}) == 0);
  CHECK(world.configuration() == "timeout = 60\nprofile = \"new\"\n");
}

TEST_CASE("profile use notes a variable that overrides it") {
  Profiles world;
  world.variables["CHUTES_PROFILE"] = "new";
  CHECK(world.run({"profile", "use", "old"}) == 0);
  CHECK(missing(world.terminal.errors, {"note: ", "CHUTES_PROFILE"}).empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("profile use that cannot write is a mistake of use, and changes nothing") {
  Profiles world;
  SUBCASE("a full disk") {
    world.files.disk_full = true;
  }
  SUBCASE("no home") {
    world.variables.clear();
  }
  CHECK(world.run({"profile", "use", "old"}) == 2);
  CHECK(world.terminal.output.empty());
  CHECK(world.configuration() == "none");
}

TEST_CASE("a profile that does not exist is neither used nor removed, and those that exist are named") {
  for (const char* command : {"use", "remove"}) {
    Profiles world;
    CHECK(world.run({"profile", command, "wrok", "--no-input"}) == 3);
    CHECK(missing(world.terminal.errors,
                  {"'wrok'", ": dead, default, new, odd, old\n", "'chutes-login login --profile wrok'"})
              .empty());
    check_golden(world.terminal.errors);
    CHECK(world.run({"profile", command}) == 2);
    CHECK(world.run({"profile", command, "../x"}) == 2);
    CHECK(world.configuration() == "none");
  }
}

TEST_CASE("profile remove signs out and forgets everything kept under the name") {
  Profiles world;
  world.keychain.items[{"default", issuer, "api_key"}] = Secret{"cpk_kept"};
  world.keychain.items[{"default", issuer, "client:cid_shop"}] = Secret{"csc_shop"};
  world.expect_revocations(200);
  CHECK(world.run({"profile", "remove", "default", "--yes"}) == 0);
  CHECK(world.terminal.output == "Removed profile default.\n");
  CHECK(world.terminal.questions.empty());
  for (const auto& [key, secret] : world.keychain.items)
    CHECK(key.profile != "default");
  CHECK(world.keychain.items.size() == 4);
  CHECK(world.lock.acquired == std::vector<std::string>{"refresh-default"});
}

TEST_CASE("profile remove asks first, and does nothing without a yes") {
  Profiles world;
  const auto before = world.keychain.items;
  SUBCASE("no") {
    world.terminal.answers = {"n"};
    CHECK(world.run({"profile", "remove", "default"}) == 2);
    CHECK(world.terminal.errors.starts_with("chutes-login: "));
    CHECK(world.keychain.items == before);
  }
  SUBCASE("yes") {
    world.terminal.answers = {"y"};
    world.expect_revocations(200);
    CHECK(world.run({"profile", "remove", "default"}) == 0);
    REQUIRE(world.terminal.questions.size() == 1);
    CHECK(missing(world.terminal.questions.front(), {"profile default", "? Type y "}).empty());
    check_golden(world.terminal.questions.front());
    CHECK(world.keychain.items.size() == 4);
  }
  SUBCASE("without a terminal") {
    CHECK(world.run({"profile", "remove", "default"}) == 2);
    CHECK(missing(world.terminal.errors, {"terminal", "--no-input", "hint: ", "--yes"}).empty());
    check_golden(world.terminal.errors);
    CHECK(world.keychain.items == before);
  }
  SUBCASE("with --no-input") {
    world.terminal.answers = {"y"};
    CHECK(world.run({"profile", "remove", "default", "--no-input"}) == 2);
    CHECK(world.terminal.questions.empty());
    CHECK(world.keychain.items == before);
  }
}

TEST_CASE("profile remove without a network removes the profile here, says that it was not revoked, and "
          "exits 5") {
  Profiles world;
  for (int i = 0; i < 2; ++i)
    world.http.expect("POST", revoke_url, 0).failure =
        std::make_exception_ptr(Error{ErrorKind::network, "the connection was cut"});
  CHECK(world.run({"profile", "remove", "default", "--yes", "--json"}) == 5);
  CHECK(world.terminal.output == "{\"profile\":\"default\",\"revoked\":false}\n");
  CHECK(world.keychain.items.size() == 4);
}

TEST_CASE("profile remove of a registration alone sends nothing to the server") {
  Profiles world;
  CHECK(world.run({"profile", "remove", "new", "--yes"}) == 0);
  CHECK_FALSE(world.keychain.items.contains({"new", issuer, "client"}));
}

TEST_CASE("profile remove of another server's profile requires --issuer") {
  Profiles world;
  CHECK(world.run({"profile", "remove", "dead", "--yes"}) == 2);
  CHECK(missing(world.terminal.errors, {"'dead'", ": https://idp.example.org\n", "--issuer"}).empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("profile remove notes that the removed profile is still the default") {
  Profiles world;
  world.files.files.emplace(path, Secret{"profile = \"new\"\n"});
  CHECK(world.run({"profile", "remove", "new", "--yes"}) == 0);
  CHECK(missing(world.terminal.errors, {"note: ", "default", "'profile use'"}).empty());
  check_golden(world.terminal.errors);
}
