#include "linux/process/file_process_lock.hpp"

#include "base/ascii.hpp"
#include "base/form.hpp"
#include "base/time_text.hpp"
#include "linux/process/file_lock.hpp"
#include "linux/process/make_directories.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

constexpr std::chrono::seconds silence{1}; // before it is said what is waited for

Error unusable(const std::string& path, const std::string& why, const std::string& variables) {
  return Error{ErrorKind::file, "the lock " + path + " cannot be used: " + why,
               "check who owns it and its directory, or set " + variables + " to a directory of your own"};
}

std::string state_directory(const Environment& environment) {
  if (const auto home = environment.find_directory("HOME"))
    return *home + "/.local/state";
  if (const auto state = environment.find_directory("XDG_STATE_HOME"))
    return *state;
  throw Error{ErrorKind::file, "there is no directory for locks",
              "set HOME to a directory of your own, as an absolute path"};
}

void make_directory(const std::string& path, const std::string& variables) {
  if (const auto failed = make_directories(path); failed.reason != 0)
    throw unusable(path, std::strerror(failed.reason), variables);
}

// Makes sure that `path` is a directory only this user can write to.
void require_private_directory(const std::string& path, const std::string& variables) {
  make_directory(path, variables);
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0)
    throw unusable(path, std::strerror(errno), variables);
  if (!S_ISDIR(facts.st_mode))
    throw unusable(path, "it is not a directory", variables);
  if (facts.st_uid != ::geteuid())
    throw unusable(path, "it belongs to another user", variables);
  if ((facts.st_mode & 077U) != 0 && ::chmod(path.c_str(), 0700) != 0)
    throw unusable(path, "others can write to it", variables);
}

std::string read_holder(int fd) {
  std::array<char, 16> text{};
  const auto got = ::pread(fd, text.data(), text.size() - 1, 0);
  return process_text({text.data(), got > 0 ? static_cast<std::size_t>(got) : 0});
}

void write_holder(int fd) {
  const auto pid = std::to_string(::getpid());
  if (::ftruncate(fd, 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(fd, pid.data(), pid.size(), 0); // for the message of a process that waits
}

} // namespace

std::string process_text(const std::string& number) {
  const bool known = !number.empty() && number != "0" && std::all_of(number.begin(), number.end(), is_digit);
  return known ? "process " + number : "another process";
}

std::string waiting_for(const std::string& holder) {
  return "Waiting for " + holder + ", which is using the session…";
}

Error still_locked(ErrorKind kind, const std::string& holder, std::chrono::milliseconds patience) {
  return Error{kind,
               holder + " has held the session's lock for " +
                   duration_text(std::chrono::duration_cast<std::chrono::seconds>(patience)),
               "wait for it to end, or end it"};
}

std::unique_ptr<HeldLock> FileProcessLock::acquire(const std::string& name,
                                                   std::chrono::milliseconds patience) {
  const std::string directory = state_directory(m_environment) + "/chutes-login";
  const std::string variables = m_environment.find_directory("HOME") ? "HOME" : "XDG_STATE_HOME";
  require_private_directory(directory, variables);
  return acquire_at({directory + "/" + percent_encode(name) + ".lock", variables}, patience);
}

std::unique_ptr<HeldLock> FileProcessLock::acquire_beside(const std::string& path,
                                                          std::chrono::milliseconds patience) {
  const auto variables = m_environment.variables_of(path);
  make_directory(path.substr(0, path.rfind('/')), variables);
  return acquire_at({path + ".lock", variables}, patience);
}

std::unique_ptr<HeldLock> FileProcessLock::acquire_at(const LockPlace& place,
                                                      std::chrono::milliseconds patience) {
  const auto open = [&] {
    FileDescriptor file{
        ::open(place.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600)};
    if (!file)
      throw unusable(place.path, std::strerror(errno), place.variables);
    return file;
  };
  bool said = false;
  FileDescriptor file;
  const int failure =
      lock_file(file, open, m_signals, patience, [&](int fd, std::chrono::milliseconds waited) {
        if (said || waited < silence)
          return;
        m_terminal.remark(waiting_for(read_holder(fd)));
        said = true;
      });
  if (failure == EWOULDBLOCK)
    throw still_locked(ErrorKind::file, read_holder(file.get()), patience);
  if (failure != 0)
    throw unusable(place.path,
                   means_no_locks(failure) ? "its file system has no locks" : std::strerror(failure),
                   place.variables);
  write_holder(file.get());
  return std::make_unique<FileLock>(std::move(file));
}

} // namespace chutes::on_linux
