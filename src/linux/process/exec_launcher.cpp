#include "linux/process/exec_launcher.hpp"

#include "base/error.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/process_hygiene.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace chutes::on_linux {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> assignments(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> result;
  result.reserve(environment.size());
  for (const auto& [name, value] : environment)
    result.push_back(std::string{name}.append("=").append(value));
  return result;
}

// The standard streams of a program that runs beside this one, which inherits no other file.
class NullStreams {
public:
  NullStreams() {
    ::posix_spawn_file_actions_init(&m_actions);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      ::posix_spawn_file_actions_addopen(&m_actions, fd, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&m_actions, STDERR_FILENO + 1);
  }
  ~NullStreams() { ::posix_spawn_file_actions_destroy(&m_actions); }
  NullStreams(const NullStreams&) = delete;
  NullStreams& operator=(const NullStreams&) = delete;
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &m_actions; }

private:
  posix_spawn_file_actions_t m_actions{};
};

// A session of its own, without a terminal; broken pipes and signals do what they usually do.
class OwnSession {
public:
  OwnSession() {
    ::posix_spawnattr_init(&m_attributes);
    ::posix_spawnattr_setflags(&m_attributes,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t signals;
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&m_attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&m_attributes, &signals);
  }
  ~OwnSession() { ::posix_spawnattr_destroy(&m_attributes); }
  OwnSession(const OwnSession&) = delete;
  OwnSession& operator=(const OwnSession&) = delete;
  [[nodiscard]] const posix_spawnattr_t* get() const { return &m_attributes; }

private:
  posix_spawnattr_t m_attributes{};
};

// A program that runs in a session of its own. At the end it is killed with all of that session's process
// group, unless it has ended by itself.
class RunningProgram {
public:
  explicit RunningProgram(pid_t process)
      : m_process(process), m_end(static_cast<int>(::syscall(SYS_pidfd_open, process, 0))) {}
  ~RunningProgram() {
    if (m_process > 0) {
      ::kill(-m_process, SIGKILL);
      ::waitpid(m_process, nullptr, 0);
    }
  }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  // Readable once the program has ended; -1 if that cannot be watched.
  [[nodiscard]] int end() const { return m_end.get(); }
  [[nodiscard]] std::optional<int> exit_code() {
    int status = 0;
    if (::waitpid(std::exchange(m_process, -1), &status, 0) < 0 || !WIFEXITED(status))
      return std::nullopt;
    return WEXITSTATUS(status);
  }

private:
  pid_t m_process;
  FileDescriptor m_end;
};

// As sh(1) and env(1) tell them apart: nothing there, or something there that cannot be run.
Error failure(const std::string& name, int reason) {
  const std::string message = "cannot run " + name + ": " + std::strerror(reason);
  if (reason == ENOENT)
    return {ErrorKind::command_not_found, message, "check the name of the command, and PATH"};
  return {ErrorKind::cannot_execute, message, "check that it is an executable program"};
}

} // namespace

void ExecLauncher::become(const std::vector<std::string>& command,
                          const std::map<std::string, std::string>& environment) {
  std::vector<std::string> words = command;
  std::vector<std::string> variables = assignments(environment);
  const auto word_pointers = pointers(words);
  const auto variable_pointers = pointers(variables);
  m_signals.give_back(); // from here on a signal ends the process; one that came before ends it now
  m_signals.check();
  give_back_process_settings();
  ::execvpe(word_pointers[0], word_pointers.data(), variable_pointers.data());
  const int reason = errno;
  harden_process();
  throw failure(command.front(), reason);
}

std::optional<int> ExecLauncher::run(const std::vector<std::string>& command,
                                     const std::map<std::string, std::string>& environment,
                                     std::chrono::milliseconds longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  std::vector<std::string> words = command;
  std::vector<std::string> variables = assignments(environment);
  const auto word_pointers = pointers(words);
  const auto variable_pointers = pointers(variables);
  pid_t process = -1;
  if (::posix_spawnp(&process, word_pointers[0], NullStreams{}.get(), OwnSession{}.get(),
                     word_pointers.data(), variable_pointers.data()) != 0)
    return std::nullopt;
  RunningProgram program{process};
  if (program.end() < 0 || !m_signals.wait(program.end(), POLLIN, deadline))
    return std::nullopt;
  return program.exit_code();
}

} // namespace chutes::on_linux
