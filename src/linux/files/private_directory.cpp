#include "linux/files/private_directory.hpp"

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

void require_private(int directory, const std::string& path) {
  struct stat facts {};
  if (::fstat(directory, &facts) != 0)
    throw file_failure("inspect", path, errno, "");
  if (facts.st_uid != ::geteuid())
    throw untrusted(path, "belongs to another user",
                    "change its owner with chown, or set XDG_DATA_HOME to another directory");
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

FileDescriptor open_private_directory(const std::string& path) {
  FileDescriptor directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (!directory) {
    const int reason = errno;
    if (reason == ENOENT)
      return directory;
    struct stat facts {};
    if ((reason == ELOOP || reason == ENOTDIR) && ::lstat(path.c_str(), &facts) == 0)
      throw untrusted(path, S_ISLNK(facts.st_mode) ? "is a symbolic link" : "is not a directory",
                      "replace it with a directory of your own, or set XDG_DATA_HOME to another");
    throw file_failure("open the directory", path, reason, "run: chmod 700 '" + path + "'");
  }
  require_private(directory.get(), path);
  return directory;
}

FileDescriptor make_private_directory(const std::string& path) {
  if (auto there = open_private_directory(path))
    return there;
  for (auto end = path.find('/', 1); true; end = path.find('/', end + 1)) {
    const auto part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST)
      throw file_failure("create the directory", part, errno,
                         "make its parent writable, or set XDG_DATA_HOME to another directory");
    if (end == std::string::npos)
      break;
  }
  auto made = open_private_directory(path);
  if (!made)
    throw file_failure("open the directory", path, ENOENT, "try again");
  return made;
}

} // namespace chutes::on_linux
