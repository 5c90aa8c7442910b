// Files with secrets on a real file system, with careless and hostile other users.
#include "linux/files/private_files.hpp"
#include "linux/net/refusal.hpp"
#include "linux/ordinary_user.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

template <typename Work>
std::string refusal(Work work) {
  return on_linux::refusal(ErrorKind::file, work);
}

void write_file(const std::string& path, const std::string& content, mode_t mode = 0600) {
  std::ofstream{path} << content;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::lstat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777U;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

struct FilesFixture {
  TemporaryFolder place;
  SignalWatch signals;
  Environment environment{{{"HOME", place.path()}}};
  PosixPrivateFiles files{environment, signals};
  std::string directory = place.path() + "/chutes-login";
  std::string path = directory + "/default.encrypted";

  void write(const std::string& content) {
    const auto held = files.lock(path, std::chrono::seconds{1});
    files.replace(path, Secret{content});
  }
  std::optional<Secret> read(FileOrigin origin = FileOrigin::kept) { return files.read(path, origin); }
  std::string read_failure(FileOrigin origin = FileOrigin::kept) {
    return refusal([&] { (void)read(origin); });
  }
};

} // namespace

TEST_CASE_FIXTURE(FilesFixture, "a file that was written is read back, and belongs to the user alone") {
  write("first");
  CHECK(read() == Secret{"first"});
  write("second, longer");
  CHECK(read() == Secret{"second, longer"});
  write("");
  CHECK(read() == Secret{""});
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(path + ".lock") == 0600);
  CHECK(mode_of(directory) == 0700);
}

TEST_CASE_FIXTURE(FilesFixture, "the mode does not depend on the umask") {
  const auto before = ::umask(0);
  write("x");
  ::umask(before);
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(path + ".lock") == 0600);
  CHECK(mode_of(directory) == 0700);
}

TEST_CASE_FIXTURE(FilesFixture, "missing parents of the directory are made, for the user alone") {
  directory = place.path() + "/a/b/c";
  path = directory + "/f";
  write("x");
  CHECK(read() == Secret{"x"});
  CHECK(mode_of(place.path() + "/a") == 0700);
  CHECK(mode_of(place.path() + "/a/b") == 0700);
}

TEST_CASE_FIXTURE(FilesFixture, "what is not there is absent, and looking creates nothing") {
  CHECK_FALSE(read());
  CHECK_FALSE(files.remove(path));
  CHECK(files.list(directory).empty());
  CHECK_FALSE(std::filesystem::exists(directory));
  write("x");
  CHECK_FALSE(files.read(directory + "/other", FileOrigin::kept));
  CHECK_FALSE(files.remove(directory + "/other"));
}

TEST_CASE_FIXTURE(FilesFixture, "a removed file is gone") {
  write("x");
  CHECK(files.remove(path));
  CHECK_FALSE(read());
}

TEST_CASE_FIXTURE(FilesFixture, "the list has the regular files only") {
  write("x");
  std::filesystem::create_directory(directory + "/folder");
  std::filesystem::create_symlink("/etc/passwd", directory + "/link");
  REQUIRE(::mkfifo((directory + "/pipe").c_str(), 0600) == 0);
  CHECK(sorted(files.list(directory)) ==
        std::vector<std::string>{"default.encrypted", "default.encrypted.lock"});
}

TEST_CASE_FIXTURE(FilesFixture, "a file that group or others can touch is refused, with the remedy") {
  write("x");
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0601, 0644, 0666, 0777}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    check_said(read_failure(), {{path, "PATH"}});
  }
  try {
    (void)read();
  } catch (const Error& error) {
    CHECK(error.hint().find("chmod 600 '" + path + "'") != std::string::npos);
  }
  for (const mode_t mode : {0600, 0400, 0700}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    CHECK(read() == Secret{"x"});
  }
}

TEST_CASE_FIXTURE(
    FilesFixture,
    "a credential of systemd may be its group's to read, by access list, but only its owner's to write") {
  write("x");
  for (const mode_t mode : {0400, 0440, 0600, 0640}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    CHECK(read(FileOrigin::system) == Secret{"x"});
  }
  for (const mode_t mode : {0444, 0460, 0402, 0620}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    check_said(read_failure(FileOrigin::system), {{path, "PATH"}});
  }
}

TEST_CASE_FIXTURE(FilesFixture,
                  "a configuration may be read by others and be a link, but not be written by others") {
  const auto file = place.path() + "/config.toml";
  const auto link = place.path() + "/link.toml";
  write_file(file, "x");
  std::filesystem::create_symlink(file, link);
  for (const mode_t mode : {0600, 0644, 0444, 0755}) {
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    CHECK(files.read(link, FileOrigin::configuration) == Secret{"x"});
  }
  for (const mode_t mode : {0620, 0602, 0666}) {
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    check_said(refusal([&] { (void)files.read(file, FileOrigin::configuration); }), {{file, "FILE"}});
  }
  check_said(refusal([&] { (void)files.read("/dev/null", FileOrigin::configuration); }));
}

TEST_CASE_FIXTURE(FilesFixture, "a directory that others can look into is refused by every call") {
  write("x");
  for (const mode_t mode : {0755, 0750, 0701, 0770, 0777}) {
    REQUIRE(::chmod(directory.c_str(), mode) == 0);
    const auto expected = read_failure();
    check_said(expected, {{directory, "DIRECTORY"}});
    CHECK(refusal([&] { (void)files.list(directory); }) == expected);
    CHECK(refusal([&] { (void)files.remove(path); }) == expected);
    CHECK(refusal([&] { files.replace(path, Secret{"y"}); }) == expected);
    CHECK(refusal([&] { (void)files.lock(path, std::chrono::seconds{0}); }) == expected);
  }
}

TEST_CASE_FIXTURE(FilesFixture, "no symbolic link is followed, to a file, a directory or a lock") {
  write("x");
  const auto elsewhere = place.path() + "/elsewhere";
  write_file(elsewhere, "theirs");
  std::filesystem::create_symlink(elsewhere, directory + "/link");
  for (const auto origin : {FileOrigin::kept, FileOrigin::system})
    check_said(refusal([&] { (void)files.read(directory + "/link", origin); }), {{directory, "DIRECTORY"}});
  std::filesystem::create_symlink(elsewhere, directory + "/target.lock");
  check_said(refusal([&] { (void)files.lock(directory + "/target", std::chrono::seconds{0}); }),
             {{directory, "DIRECTORY"}});

  std::filesystem::create_symlink(directory, place.path() + "/alias");
  check_said(refusal([&] { (void)files.read(place.path() + "/alias/default.encrypted", FileOrigin::kept); }),
             {{place.path(), "PATH"}});
  check_said(refusal([&] { (void)files.lock(place.path() + "/alias/f", std::chrono::seconds{0}); }),
             {{place.path(), "PATH"}});
}

TEST_CASE_FIXTURE(FilesFixture, "a link in the file's place is replaced, not written through") {
  write("x");
  const auto elsewhere = place.path() + "/elsewhere";
  write_file(elsewhere, "theirs");
  std::filesystem::remove(path);
  std::filesystem::create_symlink(elsewhere, path);
  write("ours");
  CHECK(read() == Secret{"ours"});
  std::ifstream untouched{elsewhere};
  CHECK(std::string{std::istreambuf_iterator<char>{untouched}, {}} == "theirs");
}

TEST_CASE_FIXTURE(FilesFixture, "what is no regular file is refused at once, without waiting for a writer") {
  write("x");
  std::filesystem::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  check_said(read_failure(), {{path, "PATH"}});
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  check_said(read_failure(), {{path, "PATH"}});
  CHECK_FALSE(refusal([&] { write("y"); }).empty());
  CHECK(sorted(files.list(directory)) == std::vector<std::string>{"default.encrypted.lock"});
  write_file(place.path() + "/file", "");
  check_said(refusal([&] { (void)files.list(place.path() + "/file"); }), {{place.path(), "PATH"}});
}

TEST_CASE_FIXTURE(FilesFixture, "another user's file or directory is refused") {
  if (::geteuid() != 0)
    return; // only root can give files away
  write("x");
  REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);
  for (const auto origin : {FileOrigin::kept, FileOrigin::given, FileOrigin::system})
    check_said(read_failure(origin), {{path, "PATH"}});
  REQUIRE(::chown(directory.c_str(), 12345, 12345) == 0);
  check_said(read_failure(), {{directory, "DIRECTORY"}});
}

TEST_CASE_FIXTURE(
    FilesFixture,
    "root's credential is believed by an ordinary user, the service manager's and a named one") {
  if (::geteuid() != 0)
    return;
  write_file(place.path() + "/credential", "x", 0440);
  REQUIRE(::chown((place.path() + "/credential").c_str(), 0, ordinary_user) == 0);
  const OrdinaryUser user{place};
  for (const auto origin : {FileOrigin::system, FileOrigin::given})
    CHECK(files.read(place.path() + "/credential", origin) == Secret{"x"});
}

TEST_CASE_FIXTURE(FilesFixture,
                  "in a read-only directory the file stays readable, and writing says why it fails") {
  const OrdinaryUser user{place};
  write("x");
  REQUIRE(::chmod(directory.c_str(), 0500) == 0);
  CHECK(read() == Secret{"x"});
  check_said(refusal([&] { write("y"); }), {{path, "PATH"}});
  check_said(refusal([&] { (void)files.remove(path); }), {{path, "PATH"}});
  check_said(refusal([&] { (void)files.lock(directory + "/new", std::chrono::seconds{0}); }),
             {{directory, "DIRECTORY"}});
  CHECK(read() == Secret{"x"});
  REQUIRE(::chmod(place.path().c_str(), 0500) == 0);
  check_said(refusal([&] { (void)files.lock(place.path() + "/other/f", std::chrono::seconds{0}); }),
             {{place.path(), "PATH"}});
  REQUIRE(::chmod(place.path().c_str(), 0700) == 0);
}

TEST_CASE_FIXTURE(FilesFixture,
                  "when the disk takes no more the old content stays and nothing is left behind") {
  write("old");
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit unlimited{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &unlimited) == 0);
  const rlimit small{1000, unlimited.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto failure = refusal([&] { write(std::string(5000, 'x')); });
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &unlimited) == 0);
  const bool put_back = std::signal(SIGXFSZ, before) == SIG_IGN;
  CHECK(put_back);
  check_said(failure, {{path, "PATH"}});
  CHECK(read() == Secret{"old"});
  CHECK(sorted(files.list(directory)) ==
        std::vector<std::string>{"default.encrypted", "default.encrypted.lock"});
}

TEST_CASE_FIXTURE(FilesFixture, "more than 16 MiB is neither written nor read") {
  check_said(refusal([&] { write(std::string(16U * 1024 * 1024 + 1, 'x')); }), {{path, "PATH"}});
  write("x");
  REQUIRE(::truncate(path.c_str(), 16L * 1024 * 1024 + 1) == 0);
  check_said(read_failure(), {{path, "PATH"}});
}

TEST_CASE_FIXTURE(FilesFixture,
                  "what a killed writer left is ignored, and cleared by the next one of that file only") {
  write("x");
  const auto ours = directory + "/.default.encrypted.0123456789abcdef.tmp";
  const std::vector<std::string> others{".work.encrypted.0123456789abcdef.tmp",
                                        ".default.encrypted.x.encrypted.0123456789abcdef.tmp",
                                        ".default.encrypted.0123456789abcdeg.tmp", ".default.encrypted.tmp",
                                        "default.encrypted.0123456789abcdef.tmp"};
  write_file(ours, "half a wri");
  for (const auto& name : others)
    write_file(directory + "/" + name, "");
  CHECK(read() == Secret{"x"});
  write("y");
  CHECK(read() == Secret{"y"});
  CHECK_FALSE(std::filesystem::exists(ours));
  for (const auto& name : others)
    CHECK(std::filesystem::exists(directory + "/" + name));
}

TEST_CASE_FIXTURE(FilesFixture,
                  "lines are added behind the ones that are there, in a file of the user's alone") {
  const auto held = files.lock(path, std::chrono::seconds{1});
  files.append(path, Secret{"one\n"});
  files.append(path, Secret{"two\nthree\n"});
  CHECK(read() == Secret{"one\ntwo\nthree\n"});
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(directory) == 0700);
}

TEST_CASE_FIXTURE(FilesFixture,
                  "a line without an end, which a killed writer left, is cut off before lines are added") {
  for (const std::size_t torn : {std::size_t{1}, std::size_t{4096}, std::size_t{10'000}}) {
    write("one\n" + std::string(torn, 'x'));
    const auto held = files.lock(path, std::chrono::seconds{1});
    files.append(path, Secret{"two\n"});
    CHECK(read() == Secret{"one\ntwo\n"});
  }
  write("torn from the start");
  const auto held = files.lock(path, std::chrono::seconds{1});
  files.append(path, Secret{"one\n"});
  CHECK(read() == Secret{"one\n"});
}

TEST_CASE_FIXTURE(FilesFixture, "lines that do not fit any more leave the old ones as they were") {
  write("one\n");
  const auto held = files.lock(path, std::chrono::seconds{1});
  SUBCASE("over 16 MiB") {
    check_said(refusal([&] { files.append(path, Secret{std::string(16U << 20U, 'x').append("\n")}); }),
               {{path, "PATH"}});
  }
  SUBCASE("on a full disk, which the limit on a file's size plays") {
    const rlimit before = [] {
      rlimit limit{};
      REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
      return limit;
    }();
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto said = refusal([&] { files.append(path, Secret{std::string(5000, 'x').append("\n")}); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    check_said(said, {{path, "PATH"}});
  }
  CHECK(read() == Secret{"one\n"});
}

TEST_CASE_FIXTURE(FilesFixture, "no line is added to a file that others can read, or through a link") {
  write("one\n");
  const auto held = files.lock(path, std::chrono::seconds{1});
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  check_said(refusal([&] { files.append(path, Secret{"two\n"}); }), {{path, "PATH"}});
  std::filesystem::create_symlink(path, directory + "/alias");
  check_said(refusal([&] { files.append(directory + "/alias", Secret{"two\n"}); }),
             {{directory, "DIRECTORY"}});
}

TEST_CASE_FIXTURE(FilesFixture, "a held lock keeps others out until the deadline, then lets them in") {
  auto held = files.lock(path, std::chrono::seconds{0});
  check_said(refusal([&] { (void)files.lock(path, std::chrono::milliseconds{30}); }), {{path, "PATH"}});
  const auto other =
      files.lock(directory + "/other", std::chrono::seconds{0}); // another file's is another lock
  held.reset();
  CHECK(files.lock(path, std::chrono::seconds{0}) != nullptr);
}

TEST_CASE_FIXTURE(FilesFixture, "the wait for a lock ends on a signal, unless signals are held") {
  const auto held = files.lock(path, std::chrono::seconds{0});
  REQUIRE(std::raise(SIGTERM) == 0);
  {
    const SignalsHeld quiet{signals, "at stake"};
    CHECK_FALSE(refusal([&] { (void)files.lock(path, std::chrono::milliseconds{30}); }).empty());
  }
  try {
    (void)files.lock(path, std::chrono::seconds{20});
    FAIL("a lock that was held");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::terminated);
  }
}
