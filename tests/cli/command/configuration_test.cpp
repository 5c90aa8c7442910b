#include "base/error.hpp"
#include "cli/command/configuration.hpp"
#include "fakes/world.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace chutes;

namespace {

constexpr const char* path = "/home/ada/.config/chutes-login/config.toml";

std::vector<std::pair<std::string, std::string>> settings(const char* text) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& setting : cli::parse_settings(text, path))
    found.emplace_back(setting.name, setting.value);
  return found;
}

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(cli::parse_settings(text, path));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return std::string{error.what()} + "\nhint: " + error.hint() + "\n";
  }
  return "none";
}

// A home with this configuration file.
struct Home : fakes::World {
  explicit Home(const char* text = nullptr) {
    variables = {{"HOME", "/home/ada"}, {"CHUTES_ACCESS_TOKEN", "cak_given"}};
    if (text != nullptr)
      files.files.emplace(path, Secret{text});
  }
  std::string first_line() {
    CHECK(run({"status"}) == 0);
    return terminal.output.substr(0, terminal.output.find('\n'));
  }
};

} // namespace

TEST_CASE("settings are lines of name and value, between comments and empty lines") {
  CHECK(settings("# mine\r\n\r\nprofile = \"work\" # day\r\n\tstore='file'\ntimeout = 60\nquiet=true") ==
        std::vector<std::pair<std::string, std::string>>{
            {"profile", "work"}, {"store", "file"}, {"timeout", "60"}, {"quiet", "true"}});
  CHECK(settings("").empty());
  CHECK(settings("issuer = \"https://idp.example.org/#a\"\n").front().second ==
        "https://idp.example.org/#a"); // a comment sign in a string is none
}

TEST_CASE("a line that is not a setting is an error that names the line and does not repeat it") {
  const std::string place = std::string{path} + ", line 2: ";
  std::set<std::string> not_settings;
  for (const char* line :
       {"[section]", "geheim", "= 1", "\"profile\" = 1", "a.b = 1", "\xef\xbb\xbfprofile = \"x\""})
    not_settings.insert(refusal(std::string{"\n"} + line));
  std::set<std::string> no_values;
  for (const char* line :
       {"profile =", "profile = work", "profile = \"work", "profile = \"a\" \"b\"", "profile = [\"a\"]",
        "profile = \"\"\"a\"\"\"", "profile = \"a\\tb\"", "timeout = -1", "timeout = 1.5", "json = TRUE"})
    no_values.insert(refusal(std::string{"\n"} + line));
  const auto twice = refusal("store='file'\nstore='file'");
  REQUIRE(not_settings.size() == 1);
  REQUIRE(no_values.size() == 1);
  CHECK(*not_settings.begin() != *no_values.begin());
  for (const auto& text : {*not_settings.begin(), *no_values.begin(), twice})
    CHECK_MESSAGE(text.starts_with(place), text);
  CHECK(twice.find("line 1\n") != std::string::npos);
  check_golden(*not_settings.begin() + *no_values.begin() + twice);
}

TEST_CASE(
    "the profile is the command line's, else the environment's, else the configuration's, else default") {
  Home world{"profile = \"configured\"\n"};
  std::vector<std::string> words{"status"};
  std::string expected = "profile configured at https://api.chutes.ai";
  SUBCASE("configuration") {}
  SUBCASE("environment") {
    world.variables["CHUTES_PROFILE"] = "variable";
    expected = "profile variable at https://api.chutes.ai";
  }
  SUBCASE("command line") {
    world.variables["CHUTES_PROFILE"] = "variable";
    words = {"status", "--profile", "option"};
    expected = "profile option at https://api.chutes.ai";
  }
  SUBCASE("default") {
    world.files.files.clear();
    expected = "profile default at https://api.chutes.ai";
  }
  CHECK(world.run(words) == 0);
  CHECK(world.terminal.output.substr(0, world.terminal.output.find('\n')) == expected);
}

TEST_CASE("every global option can be a setting") {
  Home world{"json = true\nquiet = true\nissuer = \"https://idp.example.org\"\nstore = \"plaintext\"\n"
             "timeout = 60\ncolor = \"never\"\nno-input = true\nverbose = 1\n"};
  CHECK(world.run({"status"}) == 0);
  CHECK(world.terminal.output.starts_with(R"({"profiles":[{"name":"default")"));
  CHECK(world.terminal.output.find(R"("store":"plaintext","issuer":"https://idp.example.org")") !=
        std::string::npos);
}

TEST_CASE("a setting that is unknown or takes another value is a mistake that names file and line") {
  const std::pair<const char*, const char*> mistakes[] = {{"profil = \"work\"", "profil"},
                                                          {"help = true", "help"},
                                                          {"cpk_geheim = 1", "not shown"},
                                                          {"color = \"cpk_geheim\"", "color"},
                                                          {"timeout = \"soon\"", "timeout"},
                                                          {"timeout = 0", "86400"},
                                                          {"profile = \"a b\"", "64"},
                                                          {"store = \"cloud\"", "'cloud'"},
                                                          {"issuer = \"http://idp.example.org\"", "https"}};
  std::string errors;
  for (const auto& [line, fact] : mistakes) {
    Home world{line};
    CHECK(world.run({"status"}) == 2);
    CHECK_MESSAGE(world.terminal.errors.starts_with("chutes-login: " + std::string{path} + ", line 1: "),
                  line);
    CHECK_MESSAGE(world.terminal.errors.find(fact) != std::string::npos, line);
    errors += world.terminal.errors;
  }
  CHECK(errors.find("geheim") == std::string::npos);
  check_golden(errors);
}

TEST_CASE("a mistake on the command line is not blamed on the configuration") {
  Home world{"store = \"file\"\n"};
  CHECK(world.run({"status", "--profile", "../x"}) == 2);
  CHECK(world.terminal.errors.find("config.toml") == std::string::npos);
}

TEST_CASE("--help and --version help in spite of a broken configuration, and do not look for one") {
  Home world{"broken"};
  CHECK(world.run({"--help"}) == 0);
  CHECK(world.run({"status", "--help"}) == 0);
  CHECK(world.run({"--version"}) == 0);
  CHECK(world.files.origins.empty());
}

TEST_CASE("a configuration that cannot be read or trusted is ignored with one warning") {
  Home world{"profile = \"work\"\n"};
  world.files.unreadable = true;
  CHECK(world.first_line() == "profile default at https://api.chutes.ai");
  CHECK(world.terminal.errors.starts_with("warning: "));
  CHECK(world.terminal.errors.find(path) != std::string::npos);
  check_golden(world.terminal.errors);
  world.terminal.errors.clear();
  SUBCASE("except with --quiet") {
    CHECK(world.run({"status", "--quiet"}) == 0);
    CHECK(world.terminal.errors.empty());
  }
  SUBCASE("and never overwritten") {
    CHECK(world.run({"logout", "--store", "keychain"}) == 0);
    CHECK(world.run({"profile", "use", "work"}) != 0);
    CHECK(world.files.files.at(path) == Secret{"profile = \"work\"\n"});
  }
}

TEST_CASE("completion and help look for no configuration, and need no place for a store") {
  for (const char* store : {"keychain", "file", "plaintext"}) {
    fakes::World world;
    world.variables = {{"CHUTES_STORE", store}};
    CHECK(world.run({"completion", "bash"}) == 0);
    CHECK(world.run({"help", "files"}) == 0);
    CHECK(world.terminal.errors.empty());
    Home broken{"broken"};
    CHECK(broken.run({"completion", "zsh"}) == 0);
    CHECK(broken.run({"help", "environment"}) == 0);
    CHECK(broken.files.origins.empty());
  }
}

TEST_CASE("the configuration is where XDG_CONFIG_HOME says, if that is an absolute path") {
  Home world;
  world.variables["XDG_CONFIG_HOME"] = "/etc/ada";
  world.files.files.emplace("/etc/ada/chutes-login/config.toml", Secret{"profile = \"x\"\n"});
  CHECK(world.first_line() == "profile x at https://api.chutes.ai");
  world.terminal.output.clear();
  world.variables["XDG_CONFIG_HOME"] = "etc";
  CHECK(world.first_line() == "profile default at https://api.chutes.ai");
}
