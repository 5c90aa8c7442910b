// Secret files as people keep them and as containers mount them: which are read, and which are refused.
#include "base/error.hpp"
#include "linux/child.hpp"
#include "linux/files/private_files.hpp"
#include "linux/net/refusal.hpp"
#include "linux/ordinary_user.hpp"
#include "linux/process/file_descriptor.hpp"
#include "said.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

namespace fs = std::filesystem;

constexpr uid_t other_user = 12345;

struct GivenFixture {
  TemporaryFolder place;
  Environment environment;
  SignalWatch signals;
  PosixPrivateFiles files{environment, signals};
  std::string folder = place.path() + "/secrets";
  std::string path = folder + "/key";

  GivenFixture() {
    fs::create_directory(folder);
    set_mode(folder, 0755);
  }
  static void set_mode(const std::string& of, mode_t mode) { REQUIRE(::chmod(of.c_str(), mode) == 0); }
  static void lay(const std::string& at, mode_t mode) {
    std::ofstream{at} << "cpk_1\n";
    set_mode(at, mode);
  }
  [[nodiscard]] bool is_read(const std::string& name) {
    const auto content = files.read(name, FileOrigin::given);
    REQUIRE(content);
    return *content == Secret{"cpk_1\n"};
  }
  [[nodiscard]] std::string refused(const std::string& name) {
    return refusal(ErrorKind::file, [&] { (void)files.read(name, FileOrigin::given); });
  }
};

// One end of a pipe to write to, and the name under which a shell would give the other.
struct NamedPipe {
  NamedPipe() { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
  ~NamedPipe() {
    ::close(ends[0]);
    close_writer();
  }
  NamedPipe(const NamedPipe&) = delete;
  NamedPipe& operator=(const NamedPipe&) = delete;
  void write(const std::string& text) const {
    REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void close_writer() {
    if (ends[1] >= 0)
      ::close(std::exchange(ends[1], -1));
  }
  [[nodiscard]] std::string name(const std::string& where = "/dev/fd/") const {
    return where + std::to_string(ends[0]);
  }
  int ends[2]{-1, -1};
};

} // namespace

TEST_CASE_FIXTURE(GivenFixture, "a file of the user's own is read if no other user can access it") {
  for (const mode_t mode : {0600, 0400, 0700}) {
    lay(path, mode);
    CHECK(is_read(path));
    fs::remove(path);
  }
  CHECK_FALSE(files.read(folder + "/missing", FileOrigin::given));
  CHECK_FALSE(files.read(folder + "/missing/key", FileOrigin::given));
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0601, 0644, 0666, 0777}) {
    lay(path, mode);
    check_said(refused(path), {{path, "PATH"}});
    fs::remove(path);
  }
}

TEST_CASE_FIXTURE(GivenFixture,
                  "a file in a directory where every user can exchange it is refused, a sticky one is not") {
  lay(path, 0600);
  for (const mode_t mode : {0700, 0755, 0750, 0701, 0770, 01777}) {
    set_mode(folder, mode);
    CHECK(is_read(path));
  }
  for (const mode_t mode : {0777, 0707, 0703}) {
    set_mode(folder, mode);
    check_said(refused(path), {{path, "PATH"}});
  }
}

TEST_CASE_FIXTURE(GivenFixture, "a link of the user's own or root's is followed, as Kubernetes makes them") {
  fs::create_directory(folder + "/..2026_11_28");
  lay(folder + "/..2026_11_28/key", 0600);
  fs::create_symlink("..2026_11_28", folder + "/..data");
  fs::create_symlink("..data/key", path);
  for (const mode_t mode : {0700, 0755, 01777}) { // the last as the kubelet makes it
    set_mode(folder, mode);
    CHECK(is_read(path));
  }
  fs::create_symlink(path, place.path() + "/absolute");
  CHECK(is_read(place.path() + "/absolute"));
  fs::create_symlink("nowhere", folder + "/dangling");
  CHECK_FALSE(files.read(folder + "/dangling", FileOrigin::given));
  fs::create_symlink("loop", folder + "/loop");
  check_said(refused(folder + "/loop"), {{folder, "FOLDER"}});
  for (const mode_t mode : {0777, 0775}) {
    set_mode(folder, mode);
    check_said(refused(path), {{path, "PATH"}});
  }
}

TEST_CASE_FIXTURE(GivenFixture, "root's file may be read by others, and no one but root may write it") {
  if (::geteuid() != 0)
    return; // only root has files of two users
  for (const mode_t mode : {0444, 0440, 0644, 0640}) {
    lay(path, mode);
    const OrdinaryUser ordinary{place};
    if ((mode & 0004U) != 0)
      CHECK(is_read(path));
    else
      check_said(refused(path), {{path, "PATH"}}); // the system says no
  }
  for (const mode_t mode : {0464, 0446, 0666}) {
    lay(path, mode);
    const OrdinaryUser ordinary{place};
    check_said(refused(path), {{path, "PATH"}});
  }
}

TEST_CASE_FIXTURE(GivenFixture, "another user's file or link is refused, wherever it leads") {
  if (::geteuid() != 0)
    return; // only root can give files away
  lay(path, 0600);
  const auto link = folder + "/link";
  fs::create_symlink(path, link);
  CHECK(is_read(link));
  REQUIRE(::lchown(link.c_str(), other_user, other_user) == 0);
  check_said(refused(link), {{link, "LINK"}});
  REQUIRE(::chown(folder.c_str(), other_user, other_user) == 0);
  const auto second = folder + "/second";
  fs::create_symlink(path, second);
  check_said(refused(second), {{second, "LINK"}});
  REQUIRE(::chown(path.c_str(), other_user, other_user) == 0);
  check_said(refused(path), {{path, "PATH"}});
}

TEST_CASE_FIXTURE(GivenFixture, "what is neither a file nor a pipe is refused") {
  check_said(refused(folder), {{folder, "FOLDER"}});
  check_said(refused("/dev/zero"));
  check_said(refused("/"));
  const NamedPipe pipe;
  check_said(refused("/dev/fd/999"));
}

TEST_CASE_FIXTURE(GivenFixture, "a pipe is read to its end under every name that shells give it") {
  for (const std::string where : {"/dev/fd/", "/proc/self/fd/"}) {
    NamedPipe pipe;
    pipe.write("cpk_1\n");
    pipe.close_writer();
    CHECK(is_read(pipe.name(where)));
  }
  NamedPipe slow;
  std::jthread writer{[&] {
    slow.write("cpk");
    slow.write("_1\n");
    slow.close_writer();
  }};
  CHECK(is_read(slow.name()));
}

TEST_CASE_FIXTURE(GivenFixture,
                  "a named pipe is waited for until its writer comes, if it is the user's alone") {
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  std::jthread writer{[&] { std::ofstream{path} << "cpk_1\n"; }};
  CHECK(is_read(path));
  writer.join();
  set_mode(path, 0622);
  check_said(refused(path), {{path, "PATH"}});
}

TEST_CASE_FIXTURE(GivenFixture, "a pipe that holds more than a secret could is refused") {
  NamedPipe pipe;
  std::signal(SIGPIPE, SIG_IGN);
  std::jthread writer{[&] {
    const std::string much(100'000, 'x');
    (void)!::write(pipe.ends[1], much.data(), much.size());
    pipe.close_writer();
  }};
  const auto said = refused(pipe.name());
  std::string rest(100'000, '\0');
  while (::read(pipe.ends[0], rest.data(), rest.size()) > 0) {
  }
  writer.join();
  check_said(said, {{pipe.name(), "PIPE"}});
}

TEST_CASE_FIXTURE(GivenFixture, "the wait for a pipe ends on a signal") {
  const NamedPipe pipe;
  REQUIRE(std::raise(SIGTERM) == 0);
  try {
    (void)files.read(pipe.name(), FileOrigin::given);
    FAIL("a secret that no one wrote");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::terminated);
  }
}

TEST_CASE("standard input is read by each of its names, a pipe or a file") {
  for (const std::string name : {"-", "/dev/stdin", "/dev/fd/0"}) {
    const TemporaryFolder place;
    const auto path = place.path() + "/key";
    std::ofstream{path} << "cpk_1\n";
    REQUIRE(::chmod(path.c_str(), 0644) == 0); // the shell has opened it
    const FileDescriptor input{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    Child child{[&] {
                  const Environment environment;
                  SignalWatch signals;
                  PosixPrivateFiles files{environment, signals};
                  return files.read(name, FileOrigin::given)->reveal();
                },
                {.input = input.get()}};
    CHECK(child.result() == "cpk_1\n");
  }
}
