// `exec`: the command line and environment of the command that replaces this program.
#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

using Variables = std::map<std::string, std::string>;
using Command = std::vector<std::string>;

namespace {

struct SignedInWorld : fakes::World {
  SignedInWorld() { sign_in_beforehand(*this); }
};

} // namespace

TEST_CASE("exec gives the command the token, under the names that clients of OpenAI's kind read too") {
  SignedInWorld world;
  world.variables = {{"PATH", "/bin"}, {"EMPTY", ""}};
  CHECK(world.run({"exec", "--", "python3", "chat.py"}) == 0);
  CHECK(world.launcher.command == Command{"python3", "chat.py"});
  CHECK(world.launcher.environment == Variables{{"PATH", "/bin"},
                                                {"EMPTY", ""},
                                                {"CHUTES_ACCESS_TOKEN", "cak_first"},
                                                {"OPENAI_API_KEY", "cak_first"},
                                                {"OPENAI_BASE_URL", "https://llm.chutes.ai/v1"}});
  CHECK(world.terminal.output.empty());
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("with --env the token is in the variables named, and nothing else is added or replaced") {
  SignedInWorld world;
  world.variables = {{"OPENAI_API_KEY", "another"}};
  CHECK(world.run({"exec", "--env", "ONE", "--env=two_2", "env"}) == 0);
  CHECK(world.launcher.environment ==
        Variables{{"ONE", "cak_first"}, {"two_2", "cak_first"}, {"OPENAI_API_KEY", "another"}});
}

TEST_CASE("the base URL follows the variables that move the service") {
  SignedInWorld world;
  world.variables = {{"CHUTES_LLM_URL", "http://127.0.0.1:8080/llm/"}};
  CHECK(world.run({"exec", "env"}) == 0);
  CHECK(world.launcher.environment.at("OPENAI_BASE_URL") == "http://127.0.0.1:8080/llm/v1");
}

TEST_CASE("secrets that are this program's alone are not handed to the command") {
  SignedInWorld world;
  world.variables = {{"CHUTES_OAUTH_CLIENT_SECRET", "csc_secret"},
                     {"CHUTES_API_KEY", "cpk_key"},
                     {"CHUTES_STORE_PASSPHRASE_FILE", "/home/ada/passphrase"},
                     {"CREDENTIALS_DIRECTORY", "/run/credentials/job.service"},
                     {"CHUTES_PROFILE", "default"}};
  CHECK(world.run({"exec", "--env", "TOKEN", "env"}) == 0);
  CHECK(world.launcher.environment == Variables{{"CHUTES_PROFILE", "default"}, {"TOKEN", "cak_first"}});
  SUBCASE("unless --env names such a variable") {
    CHECK(world.run({"exec", "--env", "CHUTES_API_KEY", "env"}) == 0);
    CHECK(world.launcher.environment ==
          Variables{{"CHUTES_PROFILE", "default"}, {"CHUTES_API_KEY", "cak_first"}});
  }
}

TEST_CASE(
    "the command begins after -- or with the first word that is no option, and is left as it was typed") {
  SignedInWorld world;
  const Command words{"sh", "-c", "--", "--json", "--help", "-v", "[a,b]", "{}", "%%", "", "login", "--env"};
  for (const bool marked : {false, true}) {
    CAPTURE(marked);
    Command arguments{"exec", "--quiet"};
    if (marked)
      arguments.emplace_back("--");
    arguments.insert(arguments.end(), words.begin(), words.end());
    world.launcher.command.clear();
    CHECK(world.run(arguments) == 0);
    CHECK(world.launcher.command == words);
  }
}

TEST_CASE("the command may be called like one of ours, or like an option") {
  SignedInWorld world;
  CHECK(world.run({"exec", "token", "--header"}) == 0);
  CHECK(world.launcher.command == Command{"token", "--header"});
  CHECK(world.run({"exec", "--", "--", "x"}) == 0);
  CHECK(world.launcher.command == Command{"--", "x"});
  CHECK(world.run({"exec", "--", "[a,b]"}) == 0);
  CHECK(world.launcher.command == Command{"[a,b]"});
}

TEST_CASE("a token that would not live as long as --min-valid asks is refreshed before the command begins") {
  SignedInWorld world;
  CHECK(world.run({"exec", "--min-valid", "30m", "make"}) == 0);
  CHECK(world.http.requests.empty());
  world.http.expect("POST", "https://api.chutes.ai/idp/token", 200,
                    R"({"access_token":"cak_second","token_type":"Bearer","expires_in":3600,)"
                    R"("refresh_token":"crt_second","scope":"openid profile chutes:invoke"})");
  CHECK(world.run({"exec", "--min-valid", "2h", "make"}) == 0);
  CHECK(world.launcher.environment.at("OPENAI_API_KEY") == "cak_second");
}

TEST_CASE("without a command there is nothing to do, and no token is fetched") {
  SignedInWorld world;
  for (const Command& arguments : {Command{"exec"}, Command{"exec", "--"}, Command{"exec", "--env", "X"}}) {
    world.terminal.errors.clear();
    CHECK(world.run(arguments) == 2);
    CHECK(missing(world.terminal.errors, {"exec", "command", "hint: "}).empty());
  }
  check_golden(world.terminal.errors);
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("--env takes a variable name, and an error does not repeat its value") {
  SignedInWorld world;
  for (const char* name : {"2X", "A-B", "A=geheim", "A B", ""}) {
    CAPTURE(name);
    CHECK(world.run({"exec", "--env", name, "--", "env"}) == 2);
  }
  CHECK(world.launcher.command.empty());
  CHECK(world.terminal.errors.find("geheim") == std::string::npos);
  CHECK(world.terminal.errors.find("chutes-login: --env ") != std::string::npos);
  check_golden(world.terminal.errors.substr(0, world.terminal.errors.find("chutes-login: ", 1)));
}

TEST_CASE("a mistake in our own options is ours, and one in the command's is not") {
  SignedInWorld world;
  CHECK(world.run({"exec", "--colour", "ls"}) == 2);
  CHECK(missing(world.terminal.errors, {" --colour\n"}).empty());
  CHECK(world.run({"exec", "ls", "--colour"}) == 0);
}

TEST_CASE("signed out, the command is not started, and its --json does not make our report JSON") {
  fakes::World world;
  CHECK(world.run({"exec", "curl", "--json", "{}"}) == 3);
  CHECK(world.launcher.command.empty());
  CHECK(world.terminal.errors.starts_with("chutes-login: "));
  world.terminal.errors.clear();
  CHECK(world.run({"exec", "--json", "curl"}) == 3);
  CHECK(world.terminal.errors.starts_with("{\"error\":"));
}
