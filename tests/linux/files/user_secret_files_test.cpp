// Secrets in files that the user chooses, on a real file system.
#include "linux/files/user_secret_files.hpp"
#include "linux/net/refusal.hpp"
#include "linux/ordinary_user.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

template <typename Work>
std::string refusal(Work work) {
  return on_linux::refusal(ErrorKind::usage, work);
}

struct ChosenFixture {
  TemporaryFolder place;
  PosixUserSecretFiles files;
  std::string path = place.path() + "/secret.txt";

  void lay(const std::string& content, mode_t mode) const {
    std::ofstream{path} << content;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
  }
  [[nodiscard]] std::string content() const {
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
  }
  [[nodiscard]] mode_t mode() const {
    struct stat facts {};
    REQUIRE(::lstat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777U;
  }
  [[nodiscard]] std::size_t files_there() const {
    const std::filesystem::directory_iterator all{place.path()};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
};

} // namespace

TEST_CASE_FIXTURE(ChosenFixture, "a new file is the user's alone, in a directory that others may read") {
  REQUIRE(::chmod(place.path().c_str(), 0755) == 0);
  files.check(path, 100);
  CHECK(files_there() == 0);
  SUBCASE("created") {
    files.create(path, Secret{"csc_1\n"});
  }
  SUBCASE("put in the place of none") {
    files.replace(path, Secret{"csc_1\n"});
  }
  CHECK(content() == "csc_1\n");
  CHECK(mode() == 0600);
  CHECK(files_there() == 1);
}

TEST_CASE_FIXTURE(ChosenFixture, "creating never touches a file that is there, nor what a link points to") {
  lay("mine", 0644);
  check_said(refusal([&] { files.create(path, Secret{"x"}); }), {{path, "PATH"}});
  CHECK(content() == "mine");
  const auto link = place.path() + "/link";
  std::filesystem::create_symlink(path, link);
  check_said(refusal([&] { files.create(link, Secret{"x"}); }), {{link, "LINK"}});
  CHECK(content() == "mine");
}

TEST_CASE_FIXTURE(ChosenFixture, "a file that is replaced keeps its mode, and nothing is left beside it") {
  for (const mode_t mode_before : {0600U, 0640U, 0644U}) {
    lay("before", mode_before);
    files.replace(path, Secret{"after"});
    CHECK(content() == "after");
    CHECK(mode() == mode_before);
    CHECK(files_there() == 1);
  }
}

TEST_CASE_FIXTURE(ChosenFixture, "what is read comes with whether others could read it") {
  CHECK(!files.read(path).has_value());
  lay("text", 0600);
  CHECK(files.read(path)->content == Secret{"text"});
  CHECK(!files.read(path)->open_to_others);
  lay("text", 0644);
  CHECK(files.read(path)->open_to_others);
}

TEST_CASE_FIXTURE(ChosenFixture, "text is added to the end of a file that is there, and none is made") {
  check_said(refusal([&] { files.check_append(path, 100); }), {{path, "PATH"}});
  check_said(refusal([&] { files.append(path, Secret{"x"}); }), {{path, "PATH"}});
  lay("a=1\n", 0644);
  files.check_append(path, 100);
  files.append(path, Secret{"b=2\n"});
  CHECK(content() == "a=1\nb=2\n");
  CHECK(mode() == 0644);
}

TEST_CASE_FIXTURE(ChosenFixture, "what is added begins a line of its own, though the last one has no end") {
  for (const auto& [before, after] :
       std::vector<std::pair<std::string, std::string>>{{"", "b=2\n"},
                                                        {"a=1\n", "a=1\nb=2\n"},
                                                        {"a=1", "a=1\nb=2\n"},
                                                        {"a<<E\n1\nE", "a<<E\n1\nE\nb=2\n"}}) {
    lay(before, 0600);
    files.check_append(path, 100);
    CHECK(content() == before);
    files.append(path, Secret{"b=2\n"});
    CHECK(content() == after);
  }
}

TEST_CASE_FIXTURE(ChosenFixture,
                  "a disk without room is found before anything is written, and nothing is left") {
  lay("before", 0600);
  rlimit usual{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &usual) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, usual.rlim_max}; // stands for the disk
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::vector<std::string> said{refusal([&] { files.check(path, 5000); }),
                                      refusal([&] { files.check(place.path() + "/new", 5000); })};
  files.check(path, 500);
  ::setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, handler);
  for (const auto& sentence : said)
    check_said(sentence, {{place.path(), "PLACE"}});
  CHECK(content() == "before");
  CHECK(files_there() == 1);
}

TEST_CASE_FIXTURE(ChosenFixture,
                  "another user's file in a directory with the sticky bit cannot be replaced") {
  if (::geteuid() != 0)
    return; // only root has files of two users
  const auto shared = place.path() + "/shared";
  path = shared + "/secret.txt";
  std::filesystem::create_directory(shared);
  REQUIRE(::chmod(shared.c_str(), 01777) == 0);
  lay("theirs", 0666);
  const OrdinaryUser ordinary{place};
  check_said(refusal([&] { files.check(path, 100); }), {{path, "PATH"}});
}

TEST_CASE_FIXTURE(ChosenFixture, "a link, a folder or a pipe is no place for a secret") {
  const auto link = place.path() + "/link";
  std::filesystem::create_symlink(path, link);
  check_said(refusal([&] { files.check(link, 100); }), {{link, "LINK"}});
  check_said(refusal([&] { files.replace(link, Secret{"x"}); }), {{link, "LINK"}});
  check_said(refusal([&] { static_cast<void>(files.read(link)); }), {{link, "LINK"}});
  check_said(refusal([&] { files.check(place.path() + "/", 100); }), {{place.path(), "PATH"}});
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  check_said(refusal([&] { files.check(path, 100); }), {{path, "PATH"}});
  check_said(refusal([&] { static_cast<void>(files.read(path)); }), {{path, "PATH"}});
}

TEST_CASE_FIXTURE(ChosenFixture,
                  "a directory that is missing is named before anything is asked of the service") {
  const auto missing = place.path() + "/missing";
  check_said(refusal([&] { files.check(missing + "/secret.txt", 100); }), {{missing, "MISSING"}});
}

TEST_CASE_FIXTURE(ChosenFixture, "a directory or file that may not be written is named") {
  const OrdinaryUser ordinary{place};
  lay("before", 0400);
  check_said(refusal([&] { files.check(path, 100); }), {{path, "PATH"}});
  REQUIRE(::chmod(place.path().c_str(), 0500) == 0);
  const auto other = place.path() + "/other.txt";
  check_said(refusal([&] { files.check(other, 100); }), {{other, "OTHER"}});
  REQUIRE(::chmod(place.path().c_str(), 0700) == 0);
  CHECK(content() == "before");
}
