// Whether git would commit a file that is to hold a secret.
#include "cli/app/secrets/git_ignore.hpp"
#include "fakes/user_secret_files.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;

namespace {

constexpr const char* head = "ref: refs/heads/main\n";

} // namespace

TEST_CASE("a pattern without a slash means the name in any folder") {
  for (const char* pattern :
       {".env.local", ".env*", ".env*.local", "*.local", "**/.env.local", ".env.loca?"}) {
    CHECK(ignored_by(pattern, ".env.local") == true);
    CHECK(ignored_by(pattern, "web/.env.local") == true);
  }
  for (const char* pattern : {".env", "env.local", "*.loc", "# .env.local", "", "local"})
    CHECK(!ignored_by(pattern, ".env.local").has_value());
}

TEST_CASE("a pattern with a slash means a path below its own folder") {
  CHECK(ignored_by("/.env.local", ".env.local") == true);
  CHECK(!ignored_by("/.env.local", "web/.env.local").has_value());
  CHECK(ignored_by("web/.env.local", "web/.env.local") == true);
  CHECK(ignored_by("web/*", "web/a/b") == true);
  CHECK(ignored_by("web/**/.env.local", "web/a/b/.env.local") == true);
}

TEST_CASE("a folder that is ignored takes its files with it, and a pattern for folders means no file") {
  CHECK(ignored_by("secrets/", "secrets/app.env") == true);
  CHECK(ignored_by("secrets", "web/secrets/app.env") == true);
  CHECK(!ignored_by("app.env/", "app.env").has_value());
}

TEST_CASE("the last pattern that matches decides") {
  CHECK(ignored_by(".env*\n!.env.local\n", ".env.local") == false);
  CHECK(ignored_by("!.env.local\r\n.env* \r\n", ".env.local") == true);
}

TEST_CASE("a file is committed if it lies in a work tree that does not ignore it") {
  fakes::MemorySecretFiles files;
  CHECK(!would_be_committed("/home/ada/shop/web/.env.local", files));
  SUBCASE("with git's own folder") {
    files.files["/home/ada/shop/.git/HEAD"] = head;
  }
  SUBCASE("with a file that names it") {
    files.files["/home/ada/shop/.git"] = "gitdir: elsewhere\n";
  }
  CHECK(would_be_committed("/home/ada/shop/web/.env.local", files));
  files.files["/home/ada/shop/.gitignore"] = "node_modules\n.env*.local\n";
  CHECK(!would_be_committed("/home/ada/shop/web/.env.local", files));
  files.files["/home/ada/shop/web/.gitignore"] = "!.env.local\n";
  CHECK(would_be_committed("/home/ada/shop/web/.env.local", files));
}

TEST_CASE("what a folder above the work tree ignores is of no account") {
  fakes::MemorySecretFiles files;
  files.files["/home/ada/shop/.git/HEAD"] = head;
  files.files["/home/ada/.gitignore"] = "*\n";
  CHECK(would_be_committed("/home/ada/shop/.env.local", files));
}
