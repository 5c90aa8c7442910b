#include "linux/child.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace chutes::on_linux {
namespace {

std::string name_of(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::internal:
    return "internal";
  case ErrorKind::usage:
    return "usage";
  case ErrorKind::keychain:
    return "keychain";
  case ErrorKind::file:
    return "file";
  case ErrorKind::reader_gone:
    return "reader_gone";
  case ErrorKind::interrupted:
    return "interrupted";
  case ErrorKind::terminated:
    return "terminated";
  default:
    return "another kind";
  }
}

std::string result_of(const std::function<std::string()>& task) {
  try {
    return task();
  } catch (const Error& error) {
    return name_of(error.kind()) + ": " + error.what();
  } catch (const std::exception& error) {
    return std::string{"exception: "} + error.what();
  }
}

void replace(int stream, int fd) {
  if (fd >= 0)
    ::dup2(fd, stream);
}

[[noreturn]] void live(const std::function<std::string()>& task, const Streams& streams, int report) {
  replace(STDIN_FILENO, streams.input);
  replace(STDOUT_FILENO, streams.output);
  replace(STDERR_FILENO, streams.error);
  // No end of a pipe may stay open by accident, or the test would not notice that the other one is gone.
  const int kept = ::fcntl(report, F_DUPFD_CLOEXEC, 200);
  for (int fd = STDERR_FILENO + 1; fd < 200; ++fd)
    ::close(fd);
  const auto text = result_of(task);
  [[maybe_unused]] const auto written = ::write(kept, text.data(), text.size());
  ::_exit(0);
}

std::string read_until(int fd, const std::string& wanted) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  std::string text;
  std::array<char, 4096> bytes;
  while (wanted.empty() || text.find(wanted) == std::string::npos) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd wait{fd, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) != 1)
      FAIL("nothing came for ten seconds after: " << text);
    const auto got = ::read(fd, bytes.data(), bytes.size());
    if (got <= 0) // a terminal that no process holds open any more reads as EIO
      return text;
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return text;
}

} // namespace

Child::Child(const std::function<std::string()>& task, const Streams& streams) {
  std::array<int, 2> report{-1, -1};
  REQUIRE(::pipe2(report.data(), O_CLOEXEC) == 0);
  m_result = report[0];
  std::fflush(nullptr); // else the child may say once more what the parent has not said yet
  m_pid = ::fork();
  REQUIRE(m_pid >= 0);
  if (m_pid == 0)
    live(task, streams, report[1]);
  ::close(report[1]);
}

Child::~Child() {
  if (m_pid > 0) {
    signal(SIGKILL);
    ::waitpid(m_pid, nullptr, 0);
  }
  ::close(m_result);
}

void Child::signal(int number) const {
  ::kill(m_pid, number);
}

std::string Child::result() {
  const auto text = read_until(m_result, {});
  int status = 0;
  REQUIRE(::waitpid(m_pid, &status, 0) == m_pid);
  m_pid = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
    return "exited with " + std::to_string(WEXITSTATUS(status));
  return WIFSIGNALED(status) ? "died of signal " + std::to_string(WTERMSIG(status)) : text;
}

Channel::Channel(Channel&& other) noexcept
    : ours(std::exchange(other.ours, -1)), theirs(std::exchange(other.theirs, -1)) {}

Channel::~Channel() {
  close_ours();
  close_theirs();
}

void Channel::close_ours() {
  if (ours >= 0)
    ::close(std::exchange(ours, -1));
}

void Channel::close_theirs() {
  if (theirs >= 0)
    ::close(std::exchange(theirs, -1));
}

std::string Channel::read(const std::string& wanted) const {
  return read_until(ours, wanted);
}

Channel make_pipe() {
  std::array<int, 2> ends{-1, -1};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  Channel channel;
  channel.ours = ends[0];
  channel.theirs = ends[1];
  return channel;
}

Channel make_terminal(unsigned short columns) {
  Channel channel;
  channel.ours = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  REQUIRE(channel.ours >= 0);
  REQUIRE(::grantpt(channel.ours) == 0);
  REQUIRE(::unlockpt(channel.ours) == 0);
  channel.theirs = ::open(::ptsname(channel.ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
  REQUIRE(channel.theirs >= 0);
  termios settings{};
  REQUIRE(::tcgetattr(channel.theirs, &settings) == 0);
  settings.c_oflag &= ~static_cast<tcflag_t>(OPOST); // so that what is written is what is read
  settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  REQUIRE(::tcsetattr(channel.theirs, TCSANOW, &settings) == 0);
  const winsize size{24, columns, 0, 0};
  REQUIRE(::ioctl(channel.theirs, TIOCSWINSZ, &size) == 0);
  return channel;
}

std::string failure_of(const std::function<void()>& action) {
  return result_of([&] {
    action();
    return std::string{"(no error)"};
  });
}

TemporaryFolder::TemporaryFolder() {
  auto pattern = (std::filesystem::temp_directory_path() / "chutes-test.XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  m_path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

} // namespace chutes::on_linux
