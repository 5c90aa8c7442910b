#include "linux/files/private_directory.hpp"

#include "linux/process/make_directories.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

Error untrusted(const std::string& path, const std::string& why, std::string hint) {
  return Error{ErrorKind::file, "the directory " + path + " " + why, std::move(hint)};
}

std::string elsewhere(const std::string& path, const Environment& environment) {
  return "set " + environment.variables_of(path + "/") + " to another directory";
}

void require_private(int directory, const std::string& path, const Environment& environment) {
  struct stat facts {};
  if (::fstat(directory, &facts) != 0)
    throw file_failure("inspect", path, errno, "");
  if (facts.st_uid != ::geteuid())
    throw untrusted(path, "belongs to another user",
                    "change its owner with chown, or " + elsewhere(path, environment));
  if ((facts.st_mode & 077U) != 0)
    throw untrusted(path, "is open to other users", "run: chmod 700 '" + path + "'");
}

} // namespace

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos)
    return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

Error file_failure(const std::string& doing, const std::string& path, int reason, std::string hint) {
  return Error{ErrorKind::file, "cannot " + doing + " " + path + ": " + std::strerror(reason),
               std::move(hint)};
}

FileDescriptor open_private_directory(const std::string& path, const Environment& environment) {
  FileDescriptor directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (!directory) {
    const int reason = errno;
    struct stat facts {};
    const bool there = ::lstat(path.c_str(), &facts) == 0;
    if (reason == ENOENT || (reason == ENOTDIR && !there)) // nothing is below a HOME of /dev/null
      return directory;
    if ((reason == ELOOP || reason == ENOTDIR) && there)
      throw untrusted(path, S_ISLNK(facts.st_mode) ? "is a symbolic link" : "is not a directory",
                      "replace it with a directory of your own, or " + elsewhere(path, environment));
    const bool ours = there && facts.st_uid == ::geteuid();
    throw file_failure("open the directory", path, reason,
                       ours ? "run: chmod 700 '" + path + "'" : elsewhere(path, environment));
  }
  require_private(directory.get(), path, environment);
  return directory;
}

void make_directories(const std::string& path, const Environment& environment) {
  if (const auto failed = on_linux::make_directories(path); failed.reason != 0)
    throw file_failure("create the directory", failed.path, failed.reason,
                       "make its parent writable, or " + elsewhere(path, environment));
}

FileDescriptor make_private_directory(const std::string& path, const Environment& environment) {
  if (auto there = open_private_directory(path, environment))
    return there;
  make_directories(path, environment);
  auto made = open_private_directory(path, environment);
  if (!made)
    throw file_failure("open the directory", path, ENOENT, "try again");
  return made;
}

} // namespace chutes::on_linux
