#include "linux/process/file_process_lock.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/form.hpp"
#include "base/time_text.hpp"
#include "linux/process/file_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

constexpr std::chrono::seconds silence{1}; // before it is said what is waited for

Error unusable(const std::string& path, const std::string& why) {
  return Error{ErrorKind::internal, "the lock " + path + " cannot be used: " + why,
               "check who owns it, or set XDG_RUNTIME_DIR to a directory of your own"};
}

bool is_usable_directory(const std::string& path) {
  struct stat facts {};
  return path.starts_with('/') && ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
         facts.st_uid == ::geteuid() && ::access(path.c_str(), W_OK | X_OK) == 0;
}

std::string parent_directory(const Environment& environment, const std::string& runtime_root) {
  const auto usual = runtime_root + "/" + std::to_string(::geteuid());
  for (const auto& runtime : {environment.find("XDG_RUNTIME_DIR").value_or(usual), usual})
    if (is_usable_directory(runtime))
      return runtime;
  if (const auto state = environment.find("XDG_STATE_HOME"))
    return *state;
  if (const auto home = environment.find("HOME"))
    return *home + "/.local/state";
  throw Error{ErrorKind::internal, "there is no directory for locks", "set HOME or XDG_RUNTIME_DIR"};
}

// Makes sure that `path` is a directory only this user can write to.
void require_private_directory(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path{path}.parent_path(), failed);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw unusable(path, std::strerror(errno));
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0)
    throw unusable(path, std::strerror(errno));
  if (!S_ISDIR(facts.st_mode))
    throw unusable(path, "it is not a directory");
  if (facts.st_uid != ::geteuid())
    throw unusable(path, "it belongs to another user");
  if ((facts.st_mode & 077U) != 0 && ::chmod(path.c_str(), 0700) != 0)
    throw unusable(path, "others can write to it");
}

std::string read_holder(int fd) {
  std::array<char, 16> text{};
  const auto got = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid{text.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  const bool digits = !pid.empty() && std::all_of(pid.begin(), pid.end(), is_digit);
  return digits ? "process " + pid : "another process";
}

void write_holder(int fd) {
  const auto pid = std::to_string(::getpid());
  if (::ftruncate(fd, 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(fd, pid.data(), pid.size(), 0); // for the message of a process that waits
}

} // namespace

std::unique_ptr<HeldLock> FileProcessLock::acquire(const std::string& name,
                                                   std::chrono::milliseconds patience) {
  const std::string directory = parent_directory(m_environment, m_runtime_root) + "/chutes-login";
  require_private_directory(directory);
  const std::string path = directory + "/" + percent_encode(name) + ".lock";
  FileDescriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600)};
  if (!file)
    throw unusable(path, std::strerror(errno));
  bool said = false;
  const int failure = lock_file(file, m_signals, patience, [&](std::chrono::milliseconds waited) {
    if (said || waited < silence)
      return;
    m_terminal.remark("Waiting for " + read_holder(file.get()) + ", which is using the session…");
    said = true;
  });
  if (failure == EWOULDBLOCK)
    throw Error{ErrorKind::internal,
                read_holder(file.get()) + " has held the session's lock for " +
                    duration_text(std::chrono::duration_cast<std::chrono::seconds>(patience)),
                "wait for it to end, or end it"};
  if (failure != 0)
    throw unusable(path, std::strerror(failure));
  write_holder(file.get());
  return std::make_unique<FileLock>(std::move(file));
}

} // namespace chutes::on_linux
