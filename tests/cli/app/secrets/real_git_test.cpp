// The same question of the git that is installed, in repositories of the tests' own.
#include "cli/app/secrets/git_ignore.hpp"
#include "linux/child.hpp"
#include "linux/files/user_secret_files.hpp"
#include "linux/process/exec_launcher.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace chutes;
using namespace chutes::cli;
using namespace chutes::on_linux;

namespace {

namespace fs = std::filesystem;

// A repository with nothing in it, of a user with an empty home.
struct Repository {
  Repository() {
    fs::create_directory(folder / "home");
    REQUIRE(launcher.run({"git", "init", "--quiet", folder / "shop"}, variables, std::chrono::seconds{10}) ==
            0);
  }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path{folder / name}.parent_path());
    std::ofstream{folder / name} << text;
  }
  bool warns_of(const std::string& name) {
    const auto warning = commit_warning(folder / ("shop/" + name), files, launcher, Environment{variables});
    if (warning)
      CHECK(warning->message.find("git does not ignore") != std::string::npos);
    return warning.has_value();
  }

  TemporaryFolder folder;
  SignalWatch signals;
  ExecLauncher launcher{signals};
  PosixUserSecretFiles files;
  std::map<std::string, std::string> variables{{"PATH", std::getenv("PATH")}, {"HOME", folder / "home"}};
};

} // namespace

TEST_CASE("real git: a file is warned of until .gitignore lists it, and nested files have the last word") {
  Repository shop;
  fs::create_directories(shop.folder / "shop/web");
  CHECK(shop.warns_of("web/.env.local"));
  shop.write("shop/.gitignore", ".env*.local\n");
  CHECK(!shop.warns_of("web/.env.local"));
  shop.write("shop/web/.gitignore", "!.env.local\n");
  CHECK(shop.warns_of("web/.env.local"));
  CHECK(!shop.warns_of(".env.local"));
}

TEST_CASE("real git: patterns mean what git says they mean") {
  Repository shop;
  std::string pattern;
  std::string name = ".env.local";
  bool ignored = true;
  SUBCASE("a class") {
    pattern = ".env.[k-m]ocal";
  }
  SUBCASE("a class that does not hold the letter") {
    pattern = ".env.[!k-m]ocal";
    ignored = false;
  }
  SUBCASE("an escaped hash") {
    pattern = "\\#env";
    name = "#env";
  }
  SUBCASE("a comment") {
    pattern = "#env";
    name = "#env";
    ignored = false;
  }
  SUBCASE("a name that looks like a pattern of git's command line") {
    pattern = ":!*.env";
    name = ":!*.env";
  }
  SUBCASE("a name that looks like an option") {
    pattern = "-v";
    name = "-v";
  }
  SUBCASE("eleven asterisks, which must not take minutes") {
    pattern = "*a*a*a*a*a*a*a*a*a*a*b";
    name = std::string(100, 'a');
    ignored = false;
  }
  shop.write("shop/.gitignore", pattern + "\n");
  CHECK(shop.warns_of(name) != ignored);
}

TEST_CASE("real git: what the repository's and the user's own exclude files list is ignored") {
  Repository shop;
  CHECK(shop.warns_of(".env.local"));
  SUBCASE("info/exclude") {
    shop.write("shop/.git/info/exclude", ".env.local\n");
  }
  SUBCASE("core.excludesFile") {
    shop.write("home/.gitconfig", "[core]\n\texcludesFile = " + shop.folder / "home/mine" + "\n");
    shop.write("home/mine", ".env.local\n");
  }
  SUBCASE("XDG_CONFIG_HOME") {
    shop.variables["XDG_CONFIG_HOME"] = shop.folder / "config";
    shop.write("config/git/ignore", ".env.local\n");
  }
  CHECK(!shop.warns_of(".env.local"));
}

TEST_CASE("real git: the caller's GIT_DIR leads nowhere, and a repository starts no program") {
  Repository shop;
  shop.variables["GIT_DIR"] = "/nonexistent";
  CHECK(shop.warns_of(".env.local"));
  shop.write("shop/.git/config", "[core]\n\tfsmonitor = touch " + shop.folder / "started" + "\n");
  CHECK(shop.warns_of(".env.local"));
  CHECK(!fs::exists(shop.folder / "started"));
}

TEST_CASE("real git: a repository that git cannot read is warned of, as not known") {
  Repository shop;
  shop.write("shop/.git/config", "[core\n");
  const auto warning =
      commit_warning(shop.folder / "shop/.env.local", shop.files, shop.launcher, Environment{shop.variables});
  REQUIRE(warning);
  CHECK(warning->message.find("cannot ask git") != std::string::npos);
}
