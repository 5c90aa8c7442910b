#include "facts.hpp"
#include "fakes/world.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <stdexcept>

using namespace chutes;

TEST_CASE("--version prints name and version on standard output and touches nothing") {
  fakes::World world;
  CHECK(world.run({"--version"}) == 0);
  CHECK(world.terminal.output == std::string{"chutes-login "} + CHUTES_VERSION + "\n");
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("--help lists every command, and each command's --help its options") {
  fakes::World world;
  CHECK(world.run({"--help"}) == 0);
  for (const char* word : {"login", "logout", "status", "whoami", "balance", "refresh", "token", "invoke",
                           "--json", "--profile"})
    CHECK_MESSAGE(world.terminal.output.find(word) != std::string::npos, word);
  world.terminal.output.clear();
  CHECK(world.run({"login", "--help"}) == 0);
  for (const char* word :
       {"--no-browser", "--wait", "--scope", "--port", "--client-secret-stdin", "--public-client", "--force"})
    CHECK_MESSAGE(world.terminal.output.find(word) != std::string::npos, word);
}

TEST_CASE("help COMMAND is that command's --help") {
  fakes::World world;
  fakes::World other;
  CHECK(world.run({"help", "token"}) == 0);
  CHECK(other.run({"token", "--help"}) == 0);
  CHECK(world.terminal.output == other.terminal.output);
}

TEST_CASE("a mistake on the command line exits 2, names what was not expected, and says where to read") {
  fakes::World world;
  CHECK(world.run({"token", "--colour"}) == 2);
  CHECK(missing(world.terminal.errors,
                {"chutes-login: ", " --colour\n", "hint: ", " --color?", "'chutes-login token --help'"})
            .empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("a word that is close to a command or an option brings the question whether that was meant") {
  fakes::World world;
  const auto hint = [&](const std::vector<std::string>& words) {
    world.terminal.errors.clear();
    CHECK(world.run(words) == 2);
    const auto at = world.terminal.errors.find("hint: ");
    return world.terminal.errors.substr(at + 6, world.terminal.errors.find('\n', at) - at - 6);
  };
  struct Typo {
    std::vector<std::string> words;
    std::string meant; // empty: no word is close
    std::string help;
  };
  const std::vector<Typo> typos{{{"statsu"}, " status?", "'chutes-login --help'"},
                                {{"help", "tokn"}, " token?", "'chutes-login --help'"},
                                {{"profile", "lst"}, " list?", "'chutes-login profile --help'"},
                                {{"--vebrose", "status"}, " --verbose?", "'chutes-login status --help'"},
                                {{"login", "--no-broswer"}, " --no-browser?", "'chutes-login login --help'"},
                                {{"frobnicate"}, "", "'chutes-login --help'"},
                                {{"token", "-x"}, "", "'chutes-login token --help'"}};
  std::string hints;
  for (const auto& typo : typos) {
    const auto text = hint(typo.words);
    CHECK_MESSAGE(missing(text, {typo.meant, typo.help}).empty(), text);
    CHECK_MESSAGE((text.find('?') == std::string::npos) == typo.meant.empty(), text);
    hints += text + "\n";
  }
  check_golden(hints);
}

TEST_CASE("an option without its value, or with a wrong one, is an error that says what it takes") {
  fakes::World world;
  CHECK(world.run({"login", "--wait"}) == 2);
  CHECK(world.run({"login", "--port", "soon"}) == 2);
  CHECK(world.run({"models", "--sort", "size"}) == 2);
  CHECK(missing(world.terminal.errors,
                {"chutes-login: --wait ", "hint: --wait TIME", "chutes-login: --port ", "hint: --port N",
                 "chutes-login: --sort ", "hint: --sort popularity|price|context|name"})
            .empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("options that fit no registration, no clock or one another are refused before any request") {
  struct Case {
    std::vector<std::string> words;
    std::vector<std::string> facts;
  };
  const std::vector<Case> cases{
      {{"token", "--min-valid", "soon"}, {"--min-valid "}},
      {{"token", "--min-valid", "25h"}, {"--min-valid "}},
      {{"login", "--port", "28499"}, {"28499"}},
      {{"app", "update", "cid_x", "--activate", "--deactivate"}, {"--activate", "--deactivate"}},
      {{"app", "update", "cid_x", "--redirect-uri", "https://a.test/cb", "--add-redirect-uri",
        "https://b.test/cb"},
       {"--redirect-uri "}},
  };
  std::string errors;
  for (const auto& one : cases) {
    fakes::World world;
    world.variables = {{"CHUTES_OAUTH_CLIENT_ID", "cid_x"},
                       {"CHUTES_OAUTH_CLIENT_SECRET", "csc_x"},
                       {"CHUTES_API_KEY", "cpk_x"}};
    CHECK(world.run(one.words) == 2);
    CHECK_MESSAGE(missing(world.terminal.errors, one.facts).empty(), world.terminal.errors);
    CHECK(world.terminal.errors.find("\nhint: ") != std::string::npos);
    CHECK(world.http.requests.empty());
    errors += world.terminal.errors;
  }
  check_golden(errors);
}

TEST_CASE("a redirect URI that login cannot listen on is refused with its variable's name") {
  fakes::World world;
  world.variables = {
      {"CHUTES_OAUTH_CLIENT_ID", "cid_x"},
      {"CHUTES_OAUTH_REDIRECT_URI", "http://127.0.0.1:28417/callback https://app.test/callback"}};
  CHECK(world.run({"login"}) == 2);
  CHECK(missing(world.terminal.errors, {"chutes-login: CHUTES_OAUTH_REDIRECT_URI ", "loopback",
                                        ": https://app.test/callback\nhint: "})
            .empty());
  check_golden(world.terminal.errors);
  CHECK(world.browser.opened.empty());
}

TEST_CASE("an unforeseen exception is reported as an internal error, and exits 1") {
  fakes::World world;
  world.variables = {{"CHUTES_ACCESS_TOKEN", "cak_x"}};
  world.http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200).look = [](const HttpRequest&) {
    throw std::length_error{"basic_string"};
  };
  CHECK(world.run({"whoami"}) == 1);
  CHECK(missing(world.terminal.errors, {": basic_string\nhint: "}).empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("help explains exit codes, environment and files, for people and as JSON") {
  fakes::World world;
  CHECK(world.run({"help", "exit-codes"}) == 0);
  CHECK(missing(world.terminal.output, {"\n\n  0    ", "\n  141  "}).empty());
  world.terminal.output.clear();
  CHECK(world.run({"--json", "help", "exit-codes"}) == 0);
  CHECK(world.terminal.output.starts_with(R"([{"code":0,"meaning":"done"},{"code":1,"kind":"internal",)"));
  CHECK(world.run({"help", "environment"}) == 0);
  CHECK(world.run({"help", "files"}) == 0);
  CHECK(world.terminal.output.find("CHUTES_ACCESS_TOKEN") != std::string::npos);
  CHECK(world.terminal.output.find("config.toml") != std::string::npos);
}

TEST_CASE("pages of help fit the terminal, however narrow, and grow no wider than a hundred columns") {
  for (const int columns : {24, 40, 60, 80, 100, 400}) {
    fakes::World world;
    world.terminal.columns = columns;
    for (const auto& words : std::vector<std::vector<std::string>>{{"--help"}, {"help", "environment"}}) {
      world.terminal.output.clear();
      CHECK(world.run(words) == 0);
      std::istringstream lines{world.terminal.output};
      for (std::string line; std::getline(lines, line);) {
        const bool cuttable = line.find(' ', line.find_first_not_of(' ')) != std::string::npos;
        const bool example = line.starts_with("  chutes-login ");
        CHECK_MESSAGE(
            (example || !cuttable || line.size() <= static_cast<std::size_t>(std::min(columns, 100))),
            columns << ": " << line);
      }
    }
  }
}

TEST_CASE("a secret given as an option's value is refused without being repeated") {
  fakes::World world;
  SUBCASE("after a space") {
    CHECK(world.run({"whoami", "--api-key", "cpk_geheim"}) == 2);
  }
  SUBCASE("after an equals sign") {
    CHECK(world.run({"whoami", "--api-key=cpk_geheim"}) == 2);
  }
  SUBCASE("alone") {
    CHECK(world.run({"whoami", "cpk_geheim"}) == 2);
  }
  CHECK(world.terminal.errors.find("geheim") == std::string::npos);
}

TEST_CASE("no option takes a secret as its value, and no command repeats one") {
  const std::vector<std::string> options{
      "--api-key",    "--client-secret", "--token",  "--access-token",  "--refresh-token",
      "--passphrase", "--password",      "--secret", "--authorization", "-p"};
  const std::vector<std::string> flags{"--api-key-stdin", "--client-secret-stdin", "--json", "--quiet"};
  const auto refused = [](const std::vector<std::string>& words) {
    fakes::World world;
    CAPTURE(words);
    CHECK(world.run(words) == 2);
    CHECK((world.terminal.output + world.terminal.errors).find("geheim") == std::string::npos);
    CHECK(world.keychain.reads == 0);
    CHECK(world.browser.opened.empty());
  };
  for (const char* command : {"login", "logout", "status", "setup", "whoami", "balance", "refresh", "token",
                              "exec", "introspect", "invoke", "models"}) {
    for (const auto& option : options) {
      refused({command, option, "geheim"});
      refused({command, option + "=geheim"});
      refused({option, "geheim", command});
      refused({"--json", option + "=geheim", command});
      refused({command, "--json", option, "geheim"});
    }
    for (const auto& flag : flags)
      refused({command, flag + "=geheim"});
    refused({command, "-pgeheim"});
  }
}

TEST_CASE("a value that an option does not take is not repeated") {
  fakes::World world;
  const auto said = [&](const std::vector<std::string>& words) {
    world.terminal.errors.clear();
    CHECK(world.run(words) == 2);
    return world.terminal.errors.substr(0, world.terminal.errors.find('\n'));
  };
  struct Case {
    std::vector<std::string> words;
    const char* option;
  };
  const Case cases[] = {{{"status", "--timeout", "geheim"}, "--timeout"},
                        {{"login", "--port=geheim = b"}, "--port"},
                        {{"status", "--color", "geheim not in {y}"}, "--color"},
                        {{"login", "--client-secret-stdin=geheim"}, "--client-secret-stdin"},
                        {{"setup", "--api-key-file", "geheim"}, "--api-key-file"}};
  std::string messages;
  for (const auto& one : cases) {
    const auto text = said(one.words);
    CHECK_MESSAGE(text.find(one.option) != std::string::npos, text);
    messages += text + "\n";
  }
  CHECK(messages.find("geheim") == std::string::npos);
  check_golden(messages);
}

TEST_CASE("a profile name that could be something else is refused") {
  fakes::World world;
  CHECK(world.run({"status", "--profile", "../x"}) == 2);
  CHECK(world.run({"status", "--profile", std::string(65, 'a')}) == 2);
}

TEST_CASE("an issuer must be https, or on this machine") {
  fakes::World world;
  CHECK(world.run({"status", "--issuer", "http://idp.example.org"}) == 2);
  CHECK(world.run({"status", "--issuer", "ftp://x"}) == 2);
}

TEST_CASE("--timeout must be a sensible number of seconds") {
  fakes::World world;
  CHECK(world.run({"status", "--timeout", "0"}) == 2);
  CHECK(world.run({"status", "--timeout", "soon"}) == 2);
}

TEST_CASE("a command of two words has its own help, and the first word alone lists them") {
  fakes::World world;
  CHECK(world.run({"profile"}) == 0);
  const auto heading = world.terminal.output;
  for (const char* word : {"Usage: chutes-login profile ", "  list ", "  use ", "  remove "})
    CHECK_MESSAGE(heading.find(word) != std::string::npos, word);
  world.terminal.output.clear();
  CHECK(world.run({"help", "profile", "remove"}) == 0);
  CHECK(world.terminal.output.find("Usage: chutes-login profile remove ") != std::string::npos);
  CHECK(world.terminal.output.find("--yes") != std::string::npos);
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("a mistake in a command of two words names the words to read about") {
  fakes::World world;
  CHECK(world.run({"profile", "frob"}) == 2);
  CHECK(world.run({"profile", "remove", "--frob"}) == 2);
  CHECK(missing(world.terminal.errors, {" frob\n", "'chutes-login profile --help'", " --frob\n",
                                        "'chutes-login profile remove --help'"})
            .empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("global options may come before, between and after the words of a command") {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--json", "profile", "list"}, {"profile", "--json", "list"}, {"profile", "list", "--json"}}) {
    fakes::World world;
    CHECK(world.run(words) == 0);
    CHECK(world.terminal.output == "[]\n");
  }
}

TEST_CASE("a profile may be called like a command") {
  fakes::World world;
  world.variables["HOME"] = "/home/ada";
  world.keychain.items[{"list", "https://api.chutes.ai", "client"}] = Secret{"{}"};
  CHECK(world.run({"profile", "use", "list"}) == 0);
  CHECK(world.terminal.output.starts_with("Profile list "));
}

TEST_CASE("every command's --help ends by naming the options that all commands take") {
  fakes::World world;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"status", "--help"}, {"profile", "--help"}, {"profile", "use", "--help"}, {"exec", "--help"}}) {
    world.terminal.output.clear();
    CHECK(world.run(words) == 0);
    CHECK(world.terminal.output.ends_with(
        "\nGlobal options ('chutes-login --help' explains them):\n"
        "  --profile --issuer --store --timeout --color --json -q,--quiet -v,--verbose\n"
        "  --no-input\n\n"));
  }
}

TEST_CASE("--quiet silences the remarks of the platform, but not errors") {
  fakes::World world;
  world.terminal.remark("Waiting for the keychain…");
  CHECK(world.run({"status", "--quiet"}) == 3);
  world.terminal.remark("Waiting for the keychain…");
  const std::string remark = "Waiting for the keychain…\n";
  CHECK(world.terminal.errors.starts_with(remark + "chutes-login: "));
  CHECK(world.terminal.errors.find(remark, remark.size()) == std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("an error is coloured on a terminal, and elsewhere only if that is wanted") {
  const auto coloured = [](bool terminal, std::map<std::string, std::string> variables,
                           std::vector<std::string> words) {
    fakes::World world;
    world.terminal.error_tty = terminal;
    world.variables = std::move(variables);
    words.insert(words.begin(), "status");
    CHECK(world.run(words) == 3);
    return world.terminal.errors.find('\x1b') != std::string::npos;
  };
  CHECK(coloured(true, {}, {}));
  CHECK_FALSE(coloured(false, {}, {}));
  CHECK_FALSE(coloured(true, {{"NO_COLOR", "1"}}, {}));
  CHECK_FALSE(coloured(true, {}, {"--color", "never"}));
  CHECK(coloured(false, {}, {"--color", "always"}));
  CHECK(coloured(false, {{"CLICOLOR_FORCE", "1"}}, {}));
}
