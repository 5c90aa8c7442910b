// Whether git would commit a file that holds a secret: what is asked of git, and what its answers mean.
#include "cli/app/secrets/git_ignore.hpp"
#include "fakes/launcher.hpp"
#include "fakes/user_secret_files.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;

namespace {

constexpr const char* head = "ref: refs/heads/main\n";

// A folder of files, and git beside it.
struct Shop {
  fakes::MemorySecretFiles secret_files;
  fakes::RecordingLauncher launcher;
  std::map<std::string, std::string> variables;

  std::optional<CommitWarning> warning(const std::string& path = "/home/ada/shop/web/.env.local") {
    return commit_warning(path, secret_files, launcher, Environment{variables});
  }
};

} // namespace

TEST_CASE("git is asked about a file in a work tree only") {
  Shop shop;
  shop.launcher.exit_code = 1;
  SUBCASE("no work tree") {
    CHECK(!shop.warning());
    CHECK(shop.launcher.command.empty());
  }
  SUBCASE("a work tree with git's own folder") {
    shop.secret_files.files["/home/ada/shop/.git/HEAD"] = head;
    CHECK(shop.warning());
  }
  SUBCASE("a work tree with a file that names git's folder") {
    shop.secret_files.files["/home/ada/shop/web/.git"] = "gitdir: elsewhere\n";
    CHECK(shop.warning());
  }
  SUBCASE("a work tree at the root") {
    shop.secret_files.files["/.git/HEAD"] = head;
    CHECK(shop.warning());
  }
}

TEST_CASE("git is asked without a shell, about a name that it cannot take for an option or a pattern") {
  Shop shop;
  shop.secret_files.files["/home/ada/shop/.git/HEAD"] = head;
  CHECK(shop.warning("/home/ada/shop/web/../:!*.env"));
  CHECK(shop.launcher.command == std::vector<std::string>{"git", "-c", "core.fsmonitor=false", "-C",
                                                          "/home/ada/shop", "check-ignore", "--quiet",
                                                          "--no-index", "--", "./:!*.env"});
}

TEST_CASE("git gets no secret and no variable that would lead it to another repository") {
  Shop shop;
  shop.secret_files.files["/home/ada/shop/.git/HEAD"] = head;
  shop.variables = {
      {"PATH", "/usr/bin"},      {"HOME", "/home/ada"},       {"XDG_CONFIG_HOME", "/home/ada/c"},
      {"GIT_DIR", "/elsewhere"}, {"GIT_WORK_TREE", "/other"}, {"CHUTES_API_KEY", "cpk_canary"},
      {"LC_ALL", "de_DE.UTF-8"}};
  CHECK(shop.warning());
  CHECK(shop.launcher.environment == std::map<std::string, std::string>{{"PATH", "/usr/bin"},
                                                                        {"HOME", "/home/ada"},
                                                                        {"XDG_CONFIG_HOME", "/home/ada/c"},
                                                                        {"LC_ALL", "C"}});
}

TEST_CASE("a file that git does not ignore, or that git cannot be asked about, is warned of") {
  Shop shop;
  shop.secret_files.files["/home/ada/shop/.git/HEAD"] = head;
  SUBCASE("ignored") {
    shop.launcher.exit_code = 0;
    CHECK(!shop.warning());
  }
  SUBCASE("not ignored") {
    shop.launcher.exit_code = 1;
    CHECK(shop.warning()->message.find("does not ignore /home/ada/shop/web/.env.local") != std::string::npos);
    CHECK(shop.warning()->hint.find(".gitignore") != std::string::npos);
  }
  SUBCASE("git refuses, for a repository of another user") {
    shop.launcher.exit_code = 128;
    CHECK(shop.warning()->message.find("cannot ask git") != std::string::npos);
  }
  SUBCASE("git is not installed, or does not answer") {
    shop.launcher.exit_code = std::nullopt;
    CHECK(shop.warning()->message.find("cannot ask git") != std::string::npos);
    CHECK(shop.warning()->hint.find(".gitignore") != std::string::npos);
  }
}
