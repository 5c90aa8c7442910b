// Which credential a command uses, whatever the store answers; that it is said; and what a refusal says of
// it.
#include "facts.hpp"
#include "flows/person.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

using Words = std::vector<std::string>;

constexpr const char* userinfo_url = "https://api.chutes.ai/idp/userinfo";
constexpr const char* me_url = "https://api.chutes.ai/users/me";
constexpr const char* chat_url = "https://llm.chutes.ai/v1/chat/completions";
constexpr const char* mine_url = "https://api.chutes.ai/chutes/?limit=1000&page=0&include_public=false";

// Commands that use the credential of a call.
const std::vector<Words> calls{{"whoami"},
                               {"whoami", "--account"},
                               {"balance"},
                               {"balance", "--usage"},
                               {"invoke", "-m", "m", "hello"},
                               {"invoke", "https://x.chutes.ai/run", "-X", "GET"}};
// Commands that hand it to another program.
const std::vector<Words> handing_out{{"token"},
                                     {"token", "--json"},
                                     {"token", "--header"},
                                     {"token", "--curl-config"},
                                     {"exec", "--", "env"},
                                     {"exec", "--env", "TOKEN", "--", "env"}};

std::vector<Words> all_of(std::vector<Words> commands, const std::vector<Words>& more) {
  commands.insert(commands.end(), more.begin(), more.end());
  return commands;
}

// A store that cannot be read, and what is said of it.
struct Unreadable {
  const char* name;
  KeychainState state;
  const char* record; // null: none is stored
  const char* fact;
};
constexpr Unreadable unreadable_stores[] = {
    {"locked", KeychainState::locked, nullptr, "the keychain is locked"},
    {"silent", KeychainState::failing, nullptr, "did not answer"},
    {"a damaged record", KeychainState::ok, "garbage", "is damaged"},
    {"a record of a newer version", KeychainState::ok, R"({"version":2})", "newer version"},
};

struct WithKey : fakes::World {
  WithKey() {
    variables["CHUTES_API_KEY"] = "cpk_key";
    terminal.input = "";
  }
  void make(const Unreadable& store) {
    keychain.fail_with = store.state;
    if (store.record != nullptr)
      keychain.items[session_key] = Secret{store.record};
  }
  [[nodiscard]] bool says(const std::string& text) const {
    return terminal.errors.find(text) != std::string::npos;
  }
  [[nodiscard]] bool shows_no_key() const {
    return (terminal.output + terminal.errors).find("cpk_key") == std::string::npos;
  }
};

std::string authorization(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers)
    if (name == "Authorization")
      return value;
  return {};
}

void expect_account(fakes::World& world, const std::string& credential, int status = 200) {
  world.http.expect("GET", me_url, status, R"({"username":"ada","user_id":"u-1","balance":5,"detail":"No"})")
      .look = [credential](const HttpRequest& request) {
    CHECK(authorization(request) == "Bearer " + credential);
  };
}

// The two other requests of `balance`.
void expect_quotas(fakes::World& world) {
  world.http.expect("GET", std::string{me_url}.append("/quotas"), 403);
  world.http.expect("GET", std::string{me_url}.append("/subscription_usage"), 403);
}

} // namespace

TEST_CASE("a store that cannot be read is never read as empty: exit 7, nothing sent, no API key used") {
  for (const auto& store : unreadable_stores)
    for (const auto& command :
         all_of(all_of(calls, handing_out), {{"introspect"}, {"refresh"}, {"status"}})) {
      CAPTURE(std::string{store.name});
      CAPTURE(command.front());
      WithKey world;
      world.make(store);
      CHECK(world.run(command) == 7);
      CHECK(world.says(store.fact));
      CHECK_FALSE(world.says("not signed in"));
      CHECK(world.http.requests.empty());
      CHECK(world.launcher.command.empty());
      CHECK(world.shows_no_key());
    }
}

TEST_CASE("a store that cannot be read is not passed over for a key that is typed, or a session") {
  for (const auto& store : unreadable_stores)
    for (const auto& command : {Words{"app", "list"}, {"grants", "list"}, {"chutes", "--mine"}}) {
      CAPTURE(std::string{store.name});
      CAPTURE(command.front());
      WithKey world;
      world.variables.clear();
      world.make(store);
      world.terminal.answers = {"cpk_typed"};
      CHECK(world.run(command) == 7);
      CHECK(world.says(store.fact));
      CHECK(world.http.requests.empty());
    }
}

TEST_CASE(
    "CHUTES_API_KEY serves a call where nothing is stored or there is no keychain, and the call says so") {
  for (const bool keychain : {true, false})
    for (const char* command : {"whoami", "balance"}) {
      CAPTURE(keychain);
      CAPTURE(command);
      WithKey world;
      if (!keychain)
        world.keychain.fail_with = KeychainState::absent;
      expect_account(world, "cpk_key");
      if (std::string{command} == "balance")
        expect_quotas(world);
      CHECK(world.run({command}) == 0);
      CHECK(world.terminal.errors == (keychain
                                          ? "note: using CHUTES_API_KEY: not signed in as profile 'default'\n"
                                          : "note: using CHUTES_API_KEY: there is no keychain\n"));
    }
}

TEST_CASE("the notice about CHUTES_API_KEY obeys --quiet") {
  WithKey world;
  expect_account(world, "cpk_key");
  CHECK(world.run({"whoami", "--quiet"}) == 0);
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("token and exec never hand out CHUTES_API_KEY") {
  for (const auto& command : handing_out) {
    CAPTURE(command.front());
    WithKey world;
    CHECK(world.run(command) == 3);
    CHECK(world.says("never given to other programs"));
    world.keychain.fail_with = KeychainState::absent;
    CHECK(world.run(command) == 7);
    CHECK(world.terminal.output.empty());
    CHECK(world.launcher.command.empty());
    CHECK(world.shows_no_key());
  }
}

TEST_CASE(
    "a profile named by --profile or CHUTES_PROFILE without a session is exit 3, and no key stands in") {
  for (const auto& command : all_of(calls, handing_out))
    for (const bool by_variable : {true, false}) {
      CAPTURE(command.front());
      WithKey world;
      auto words = command;
      if (by_variable)
        world.variables["CHUTES_PROFILE"] = "other";
      else
        words.insert(words.begin(), {"--profile", "other"});
      CHECK(world.run(words) == 3);
      CHECK(world.says("profile 'other'"));
      CHECK(world.says("--profile other'"));
      CHECK(world.http.requests.empty());
      CHECK(world.launcher.command.empty());
    }
}

TEST_CASE("a profile that the configuration file makes the default is not named, so the key serves") {
  WithKey world;
  world.variables["HOME"] = "/home/ada";
  world.files.files.emplace("/home/ada/.config/chutes-login/config.toml", Secret{"profile = \"other\"\n"});
  expect_account(world, "cpk_key");
  CHECK(world.run({"whoami"}) == 0);
  CHECK(world.says("not signed in as profile 'other'"));
}

TEST_CASE("a token of another issuer is paired with no address of Chutes") {
  constexpr const char* issuer = "https://idp.example.org";
  for (const bool given : {true, false})
    for (const auto& command : {Words{"exec", "--", "env"},
                                {"balance"},
                                {"balance", "--usage"},
                                {"invoke", "-m", "m", "x"},
                                {"invoke", "-m", "m", "--curl", "x"},
                                {"invoke", "https://x.chutes.ai/run", "-X", "GET"}}) {
      CAPTURE(given);
      CAPTURE(command.front());
      fakes::World world;
      world.terminal.input = "";
      auto session = example_session(world);
      session.issuer = issuer;
      session.scope = {"admin"};
      world.keychain.items[{"default", issuer, "session"}] = session::encode(session);
      if (given)
        world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
      auto words = command;
      words.insert(words.begin(), {"--issuer", issuer});
      CHECK(world.run(words) == 2);
      CHECK(world.terminal.errors.find("idp.example.org must not be sent to ") != std::string::npos);
      CHECK(world.http.requests.empty());
      CHECK(world.launcher.command.empty());
    }
}

TEST_CASE("a session of another issuer that holds admin lists nobody's chutes at Chutes") {
  constexpr const char* issuer = "https://idp.example.org";
  fakes::World world;
  auto session = example_session(world);
  session.scope = {"admin"};
  world.keychain.items[{"default", issuer, "session"}] = session::encode(session);
  CHECK(world.run({"--issuer", issuer, "chutes", "--mine"}) == 2);
  CHECK(world.http.requests.empty());
}

TEST_CASE(
    "exec gives a token of another issuer to a variable that is named, with the issuer and no address") {
  constexpr const char* issuer = "https://idp.example.org";
  fakes::World world;
  world.keychain.items[{"default", issuer, "session"}] = session::encode(example_session(world));
  CHECK(world.run({"--issuer", issuer, "exec", "--env", "TOKEN", "env"}) == 0);
  CHECK(world.launcher.environment ==
        std::map<std::string, std::string>{{"TOKEN", "cak_first"}, {"CHUTES_OIDC_ISSUER", issuer}});
}

TEST_CASE("CHUTES_API_KEY, which belongs to Chutes, does not stand in for a session at another issuer") {
  for (const auto& command : calls) {
    CAPTURE(command.front());
    WithKey world;
    auto words = command;
    words.insert(words.begin(), {"--issuer", "https://idp.example.org"});
    CHECK(world.run(words) == 3);
    CHECK(world.says("CHUTES_API_KEY is not used"));
    CHECK(world.http.requests.empty());
  }
}

TEST_CASE("every refused credential is named, with what to do about it") {
  std::string said;
  for (const int status : {401, 403})
    for (const char* source : {"CHUTES_ACCESS_TOKEN", "CHUTES_API_KEY", "session"}) {
      CAPTURE(status);
      CAPTURE(source);
      fakes::World world;
      const std::string name = source;
      if (name != "session")
        world.variables[name] = "the_value";
      else
        sign_in_beforehand(world);
      if (name == "session" && status == 401) {
        auto session = example_session(world);
        session.refresh_token.reset();
        world.keychain.items[session_key] = session::encode(session);
      }
      world.http.expect("GET", me_url, status,
                        R"({"detail":"Token does not have permission for this resource"})");
      CHECK(world.run({"balance", "--quiet"}) == (status == 403 || name == "CHUTES_API_KEY" ? 8 : 3));
      CHECK(world.terminal.errors.find(name) != std::string::npos);
      CHECK((world.terminal.errors.find("sign in again") != std::string::npos) == (name == "session"));
      said += world.terminal.errors;
    }
  check_golden(said);
}

TEST_CASE("a refused admin key is named by where it came from") {
  constexpr const char* list_url =
      "https://api.chutes.ai/idp/apps?include_public=false&include_shared=false&limit=100&page=0";
  std::string said;
  for (const char* source :
       {"--api-key-file", "--api-key-stdin", "CHUTES_API_KEY", "setup", "typed", "session"}) {
    CAPTURE(source);
    for (const bool mine : {false, true}) {
      fakes::World world;
      const std::string name = source;
      Words command = mine ? Words{"chutes", "--mine"} : Words{"app", "list"};
      if (name == "--api-key-file") {
        world.files.files.emplace("key.txt", Secret{"cpk_x\n"});
        command.insert(command.end(), {"--api-key-file", "key.txt"});
      } else if (name == "--api-key-stdin") {
        world.terminal.input = "cpk_x\n";
        command.emplace_back("--api-key-stdin");
      } else if (name == "CHUTES_API_KEY") {
        world.variables[name] = "cpk_x";
      } else if (name == "setup") {
        world.keychain.items[{"default", "https://api.chutes.ai", "api_key"}] = Secret{"cpk_x"};
      } else if (name == "typed") {
        world.terminal.answers = {"cpk_x"};
      } else {
        auto session = example_session(world);
        session.scope = {"admin"};
        world.keychain.items[session_key] = session::encode(session);
      }
      const bool by_session = name == "session";
      world.http.expect("GET", mine ? mine_url : list_url, by_session ? 403 : 401,
                        R"({"detail":"Invalid token or user not found"})");
      CHECK(world.run(command) == 8);
      CHECK(world.terminal.errors.find("(credential: ") != std::string::npos);
      CHECK(world.terminal.errors.find(name) != std::string::npos);
      said += world.terminal.errors;
    }
  }
  check_golden(said);
}

TEST_CASE("a catalogue that refuses a call without a credential blames none") {
  fakes::World world;
  sign_in_beforehand(world);
  world.variables["CHUTES_API_KEY"] = "cpk_key";
  world.http.expect("GET", "https://llm.chutes.ai/v1/models", 401, R"({"detail":"Invalid token."})");
  CHECK(world.run({"models"}) == 3);
  CHECK(world.terminal.errors.find("credential") == std::string::npos);
  CHECK(world.terminal.errors.find("sign in") == std::string::npos);
}

TEST_CASE("a batch names the refused credential at its end") {
  fakes::World world;
  world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
  world.line_files.files["in.jsonl"] = R"({"model":"m","messages":[]})"
                                       "\n";
  world.http.expect("GET", "https://llm.chutes.ai/v1/models", 200, R"({"data":[]})");
  world.http.expect("POST", chat_url, 401, R"({"detail":"Authentication required."})");
  CHECK(world.run({"invoke", "--batch", "in.jsonl"}) == 3);
  CHECK(world.terminal.errors.find("(credential: CHUTES_ACCESS_TOKEN)") != std::string::npos);
}

TEST_CASE("status --all shows a profile that cannot be read as such, and the others as they are") {
  WithKey world;
  sign_in_beforehand(world);
  world.keychain.items[{"work", "https://api.chutes.ai", "session"}] = Secret{"garbage"};
  CHECK(world.run({"status", "--all"}) == 0);
  CHECK(missing(world.terminal.output,
                {"signed in as  ada", "profile work", "is damaged", "logout --profile work",
                 "calls use session, which overrides CHUTES_API_KEY"})
            .empty());
  CHECK(world.terminal.errors.empty());
  check_golden(world.terminal.output);
  world.terminal.output.clear();
  CHECK(world.run({"status", "--all", "--json"}) == 0);
  CHECK(world.terminal.output.find(R"("error":{"message":"the stored session of profile 'work')") !=
        std::string::npos);
  CHECK(world.run({"status", "--profile", "work"}) == 7);
}

TEST_CASE("logout --all signs out every profile that it can, and names the one that it cannot") {
  fakes::World world;
  const KeychainKey first{"alpha", "", ""};
  sign_in_beforehand(world);
  world.keychain.items[first] = Secret{"as a store lists a file that it cannot read"};
  for (int i = 0; i < 2; ++i)
    world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, R"({"revoked":true})");
  world.keychain.unreadable = "alpha";
  CHECK(world.run({"logout", "--all"}) == 7);
  CHECK(world.terminal.output == "Signed out of profile default.\n");
  CHECK(world.terminal.errors.find("profile 'alpha' was not signed out") != std::string::npos);
  CHECK_FALSE(world.keychain.items.contains(session_key));
}

TEST_CASE("login and logout say which variable hides or outlives the session") {
  for (const char* variable : {"CHUTES_ACCESS_TOKEN", "CHUTES_API_KEY"}) {
    CAPTURE(variable);
    const bool is_token = std::string{variable} == "CHUTES_ACCESS_TOKEN";
    fakes::World world;
    {
      Person person{world};
      world.variables[variable] = "the_value";
      world.http.expect("GET", "https://api.chutes.ai/idp/scopes", 200, R"({"scopes":{}})");
      world.http.script.clear(); // only a sign-in with the default scopes
      world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
      world.http.expect("GET", userinfo_url, 200, userinfo_json);
      CHECK(world.run({"login", "--force"}) == 0);
      CHECK((world.terminal.errors.find(variable) != std::string::npos) == is_token);
    }
    world.terminal.errors.clear();
    for (int i = 0; i < 2; ++i)
      world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, R"({"revoked":true})");
    CHECK(world.run({"logout"}) == 0);
    CHECK(world.terminal.errors.find(variable) != std::string::npos);
  }
}

namespace {

// Someone else signs in to the profile of ada.
struct SomeoneElse : fakes::World {
  SomeoneElse() {
    sign_in_beforehand(*this);
    http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
    http.expect("GET", userinfo_url, 200, R"({"sub":"u-2","username":"grace"})");
  }
  void expect_revoked(const Words& tokens) {
    for (const auto& token : tokens)
      http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, R"({"revoked":true})").look =
          [token](const HttpRequest& request) {
            CHECK(single_field(*parse_form(request.body), "token") == token);
          };
  }
  Person person{*this};
};

} // namespace

TEST_CASE("another account that signs in to a profile replaces its session only if the person agrees") {
  SomeoneElse world;
  world.terminal.error_tty = true;
  SUBCASE("yes") {
    world.terminal.answers = {"y"};
    world.expect_revoked({"crt_first", "cak_first"});
    CHECK(world.run({"login", "--force"}) == 0);
    CHECK(kept_session(world).username == "grace");
  }
  SUBCASE("no answer") {
    world.expect_revoked({"crt_new", "cak_new"});
    CHECK(world.run({"login", "--force"}) == 4);
  }
  SUBCASE("no") {
    world.terminal.answers = {"n"};
    world.expect_revoked({"crt_new", "cak_new"});
    CHECK(world.run({"login", "--force"}) == 4);
    CHECK(kept_session(world) == example_session(fakes::World{}));
    check_golden(world.terminal.errors);
  }
  REQUIRE(world.terminal.questions.size() == 1);
  CHECK(missing(world.terminal.questions.front(), {"'default'", "ada", "grace"}).empty());
}

TEST_CASE("another account that signs in where nobody can be asked is named in a notice") {
  SomeoneElse world;
  Words command{"login", "--force"};
  SUBCASE("no terminal") {}
  SUBCASE("--no-input") {
    world.terminal.error_tty = true;
    world.terminal.answers = {"n"};
    command.emplace_back("--no-input");
  }
  world.expect_revoked({"crt_first", "cak_first"});
  CHECK(world.run(command) == 0);
  CHECK(missing(world.terminal.errors, {"warning: ", "'default'", "ada", "grace"}).empty());
  CHECK(kept_session(world).username == "grace");
}

TEST_CASE("an account that the service does not name may be another one, and is asked about") {
  fakes::World world;
  Person person{world};
  sign_in_beforehand(world);
  world.terminal.error_tty = true;
  world.terminal.answers = {"n"};
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", userinfo_url, 500, "Internal Server Error");
  for (int i = 0; i < 2; ++i)
    world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, R"({"revoked":true})");
  const auto before = world.keychain.items;
  CHECK(world.run({"login", "--force"}) == 4);
  REQUIRE(world.terminal.questions.size() == 1);
  CHECK(missing(world.terminal.questions.front(), {"'default'", "did not name"}).empty());
  CHECK(world.keychain.items == before);
}

TEST_CASE("the profile's own account signs in again without a question") {
  fakes::World world;
  Person person{world};
  sign_in_beforehand(world);
  world.terminal.error_tty = true;
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json);
  world.http.expect("GET", userinfo_url, 200,
                    R"({"sub":"11111111-2222-3333-4444-555555555555","username":"ada"})");
  for (int i = 0; i < 2; ++i)
    world.http.expect("POST", "https://api.chutes.ai/idp/token/revoke", 200, R"({"revoked":true})");
  CHECK(world.run({"login", "--force"}) == 0);
  CHECK(world.terminal.questions.empty());
}
