// Starts one command and says what it cost: `measure FILE COMMAND…` sends its output to FILE and prints
//   wall microseconds, CPU microseconds, peak resident KiB, exit code
// A process's peak counts what it was started from, and a start takes longer from a large one: so this is
// small.
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

long microseconds(const timeval& time) {
  return time.tv_sec * 1'000'000L + time.tv_usec;
}

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(127);
}

} // namespace

int main(int count, char** words) {
  if (count < 3)
    return 2;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, words[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const auto began = std::chrono::steady_clock::now();
  pid_t process = 0;
  if (const int error = ::posix_spawnp(&process, words[2], &actions, nullptr, words + 2, environ);
      error != 0) {
    errno = error;
    give_up(words[2]);
  }
  int status = 0;
  rusage usage{};
  while (::wait4(process, &status, 0, &usage) < 0)
    if (errno != EINTR)
      give_up("wait4");
  const auto wall = std::chrono::steady_clock::now() - began;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::printf("%ld %ld %ld %d\n",
              static_cast<long>(std::chrono::duration_cast<std::chrono::microseconds>(wall).count()),
              microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_maxrss, code);
  return 0;
}
