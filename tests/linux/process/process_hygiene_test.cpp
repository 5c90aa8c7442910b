// What a process that handles secrets is like, chance, and who holds a port.
#include "linux/child.hpp"
#include "linux/loopback/port_owner.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/process_hygiene.hpp"
#include "linux/process/system_random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

// A socket bound to a free port of the loopback address of its family.
struct BoundSocket {
  explicit BoundSocket(int family) : socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage address{};
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address);
    address.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET)
      ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
      ipv6.sin6_addr = in6addr_loopback;
    socklen_t size = family == AF_INET ? sizeof ipv4 : sizeof ipv6;
    REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(family == AF_INET ? ipv4.sin_port : ipv6.sin6_port);
  }
  FileDescriptor socket;
  std::uint16_t port = 0;
};

} // namespace

TEST_CASE("a hardened process dumps no core, cannot be attached to and writes files for its user only") {
  const auto facts = [] {
    harden_process();
    rlimit core{1, 1};
    ::getrlimit(RLIMIT_CORE, &core);
    const auto mask = ::umask(0);
    return std::to_string(::prctl(PR_GET_DUMPABLE)) + " " + std::to_string(core.rlim_cur) + " " +
           std::to_string(mask);
  };
  CHECK(Child{facts}.result() == "0 0 " + std::to_string(077));
}

TEST_CASE("what hardening changed for this process alone is given back to a program that takes its place") {
  const auto facts = [] {
    const rlimit usual{4096, 8192};
    ::setrlimit(RLIMIT_CORE, &usual);
    ::umask(027);
    static_cast<void>(::signal(SIGPIPE, SIG_DFL));
    harden_process();
    const bool ignored = ::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
    give_back_process_settings();
    rlimit core{1, 1};
    ::getrlimit(RLIMIT_CORE, &core);
    return std::to_string(core.rlim_cur) + " " + std::to_string(core.rlim_max) + " " +
           std::to_string(::umask(0)) + " " + std::to_string(ignored) +
           std::to_string(::signal(SIGPIPE, SIG_DFL) == SIG_DFL);
  };
  CHECK(Child{facts}.result() == "4096 8192 " + std::to_string(027) + " 11");
}

TEST_CASE(
    "standard streams that were closed are opened on nothing, so that no other file takes their place") {
  const auto next_file = [] {
    ::close(STDIN_FILENO);
    ::close(STDERR_FILENO);
    harden_process();
    const int fd = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
    struct stat null {};
    struct stat input {};
    struct stat error {};
    ::stat("/dev/null", &null);
    ::fstat(STDIN_FILENO, &input);
    ::fstat(STDERR_FILENO, &error);
    return std::to_string(fd > STDERR_FILENO) + std::to_string(input.st_rdev == null.st_rdev) +
           std::to_string(error.st_rdev == null.st_rdev);
  };
  CHECK(Child{next_file}.result() == "111");
}

TEST_CASE(
    "what takes the place of a closed stream is empty, and cannot be written: a lost result is an error") {
  const auto tried = [] {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      ::close(fd);
    harden_process();
    char byte = 0;
    const auto got = ::read(STDIN_FILENO, &byte, 1);
    const auto written = ::write(STDOUT_FILENO, "x", 1);
    const auto said = ::write(STDERR_FILENO, "x", 1);
    return std::to_string(got) + " " + std::to_string(written) + " " + std::to_string(said);
  };
  CHECK(Child{tried}.result() == "0 -1 -1");
}

TEST_CASE("the environment is read as it is: empty values count as unset, values keep their equals signs") {
  const auto read = [] {
    ::clearenv();
    ::setenv("PLAIN", "value", 1);
    ::setenv("EQUALS", "a=b=c", 1);
    ::setenv("EMPTY", "", 1);
    const auto environment = read_environment();
    return environment.find("PLAIN").value_or("(none)") + " " +
           environment.find("EQUALS").value_or("(none)") + " " +
           environment.find("EMPTY").value_or("(none)") + " " +
           environment.find("MISSING").value_or("(none)") + " " + std::to_string(environment.all().size());
  };
  CHECK(Child{read}.result() == "value a=b=c (none) (none) 3");
}

TEST_CASE("a secret in the environment is read once, and then removed from it") {
  const auto read = [] {
    ::clearenv();
    for (const char* name : {"CHUTES_ACCESS_TOKEN", "CHUTES_API_KEY", "CHUTES_OAUTH_CLIENT_SECRET", "OTHER"})
      ::setenv(name, "geheim", 1);
    const auto environment = read_environment();
    std::string seen;
    for (const auto& [name, value] : environment.all())
      seen += value + "/" + ::getenv(name.c_str()) + " ";
    return seen;
  };
  CHECK(Child{read}.result() == "geheim/ geheim/ geheim/ geheim/geheim ");
}

TEST_CASE("chance fills every byte it is given, and never the same way") {
  SystemRandom random;
  random.fill({});
  std::vector<std::byte> first(100'000), second(100'000);
  random.fill(first);
  random.fill(second);
  CHECK(first != second);
  const auto zeros = std::count(first.begin(), first.end(), std::byte{0});
  CHECK(zeros > 200); // 390 are expected, with a deviation of 20
  CHECK(zeros < 600);
  CHECK(std::any_of(first.end() - 16, first.end(), [](std::byte byte) { return byte != std::byte{0}; }));
}

TEST_CASE("the process that listens on a port is named, and none where none does") {
  for (const int family : {AF_INET, AF_INET6}) {
    CAPTURE(family);
    const BoundSocket bound{family};
    CHECK(port_owner(bound.port) == "");
    REQUIRE(::listen(bound.socket.get(), 1) == 0);
    std::array<char, 17> name{};
    REQUIRE(::prctl(PR_GET_NAME, name.data()) == 0);
    CHECK(port_owner(bound.port) == std::string{name.data()} + " (pid " + std::to_string(::getpid()) + ")");
  }
}

TEST_CASE("the name of a process that holds a port cannot speak to the terminal") {
  std::array<char, 17> before{};
  REQUIRE(::prctl(PR_GET_NAME, before.data()) == 0);
  const BoundSocket bound{AF_INET};
  REQUIRE(::listen(bound.socket.get(), 1) == 0);
  REQUIRE(::prctl(PR_SET_NAME, "a\x1b[31m\nb") == 0);
  const auto holder = port_owner(bound.port);
  REQUIRE(::prctl(PR_SET_NAME, before.data()) == 0);
  CHECK(holder.find_first_of("\x1b\n") == std::string::npos);
  CHECK(holder.ends_with(" (pid " + std::to_string(::getpid()) + ")"));
}

TEST_CASE("the file mode mask from before is remembered for the programs that are started for the user") {
  const auto mask = [] {
    ::umask(027);
    harden_process();
    return std::to_string(usual_umask());
  };
  CHECK(Child{mask}.result() == std::to_string(027));
}
