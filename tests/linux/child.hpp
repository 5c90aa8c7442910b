// A child process that does one thing and tells how it went: for what changes a whole process, like its
// standard streams.
#pragma once

#include <functional>
#include <string>
#include <sys/types.h>

namespace chutes::on_linux {

// What a child gets as its standard streams; -1: what this process has.
struct Streams {
  int input = -1;
  int output = -1;
  int error = -1;
};

// Runs `task` in a child process, which ends with the task.
class Child {
public:
  explicit Child(const std::function<std::string()>& task, const Streams& streams = {});
  ~Child(); // kills it if it still runs
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return m_pid; }
  void signal(int number) const;
  // Waits for the end. What the task returned; "kind: sentence" of the Error it threw; "exited with N" if it
  // ended with an exit code of its own; "died of signal N" if it was killed.
  std::string result();

private:
  pid_t m_pid = -1;
  int m_result = -1;
};

// Two ends of a pipe or of a pseudo-terminal.
struct Channel {
  Channel() = default;
  ~Channel();
  Channel(Channel&& other) noexcept;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int ours = -1;   // a pipe's reading end, or the terminal's master
  int theirs = -1; // a pipe's writing end, or the terminal
  void close_ours();
  void close_theirs();
  // Reads from `ours` until there is an end, or until `wanted` has been read. Fails after ten seconds.
  std::string read(const std::string& wanted = {}) const;
};

Channel make_pipe();
Channel make_terminal(unsigned short columns = 80);

// What `action` throws, as "kind: sentence"; "(no error)" if it throws nothing.
std::string failure_of(const std::function<void()>& action);

// A directory of its own under the system's temporary directory, gone at the end.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return m_path + "/" + name; }
  [[nodiscard]] const std::string& path() const { return m_path; }

private:
  std::string m_path;
};

} // namespace chutes::on_linux
