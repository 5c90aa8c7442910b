#include "linux/files/private_files.hpp"

#include "base/time_text.hpp"
#include "linux/files/file_bytes.hpp"
#include "linux/files/given_file.hpp"
#include "linux/files/private_directory.hpp"
#include "linux/process/file_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

constexpr std::size_t size_limit{16UL * 1024 * 1024};

Error untrusted(const std::string& path, const std::string& why, std::string hint) {
  return Error{ErrorKind::file, "the file " + path + " " + why, std::move(hint)};
}

Error too_large(const std::string& path) {
  return untrusted(path, "is larger than 16 MiB", "check that it is the right file");
}

// Judges what was opened, not what the name meant a moment ago.
void require_trusted(const struct stat& facts, const std::string& path, FileOrigin origin) {
  if (!S_ISREG(facts.st_mode))
    throw untrusted(path, "is not a regular file", "put a regular file there, or move it away");
  const bool configuration = origin == FileOrigin::configuration;
  const bool root_may_own = origin == FileOrigin::system || configuration;
  if (facts.st_uid != ::geteuid() && !(root_may_own && facts.st_uid == 0))
    throw untrusted(path, "belongs to another user", "change its owner with chown, or remove it");
  if (configuration && (facts.st_mode & 022U) != 0)
    throw untrusted(path, "is writable by other users",
                    "check its content, then run: chmod go-w '" + path + "'");
  if (configuration)
    return;
  // A credential of systemd admits its reader by an access list, whose mask is in the group's bits.
  const mode_t closed = origin == FileOrigin::system ? 027U : 077U;
  if ((facts.st_mode & closed) != 0)
    throw untrusted(path, "is open to other users",
                    "check who may have read it, then run: chmod 600 '" + path + "'");
}

Error cannot_open(const std::string& path, int reason, const std::string& variables = {}) {
  if (reason == ELOOP && variables.empty())
    return untrusted(path, "is a symbolic link", "replace it with the file itself");
  if (!variables.empty())
    return file_failure("open", path, reason,
                        "check the owner and mode of the file and of the directories above it, or set " +
                            variables + " to a directory of your own");
  return file_failure("open", path, reason, "check its owner, and run: chmod 600 '" + path + "'");
}

// None: there is no such file.
FileDescriptor open_file(const std::string& path, FileOrigin origin, const Environment& environment) {
  const int links = origin == FileOrigin::configuration ? 0 : O_NOFOLLOW;
  const int flags = O_RDONLY | links | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  FileDescriptor file;
  if (origin == FileOrigin::kept) {
    const auto directory = open_private_directory(directory_of(path), environment);
    if (!directory)
      return {};
    file = FileDescriptor{::openat(directory.get(), name_of(path).c_str(), flags)};
  } else {
    file = FileDescriptor{::open(path.c_str(), flags)};
  }
  if (!file && errno != ENOENT && errno != ENOTDIR) // nothing is below a HOME of /dev/null
    throw cannot_open(path, errno, origin == FileOrigin::configuration ? environment.variables_of(path) : "");
  return file;
}

std::vector<std::string> regular_files(const FileDescriptor& directory, const std::string& path) {
  // A stream of its own: closing it must not close the caller's descriptor.
  FileDescriptor again{::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  DIR* stream = again ? ::fdopendir(again.get()) : nullptr;
  if (stream == nullptr)
    throw file_failure("read the directory", path, errno, "run: chmod 700 '" + path + "'");
  static_cast<void>(again.release());
  const std::unique_ptr<DIR, int (*)(DIR*)> closed{stream, &::closedir};
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    struct stat facts {};
    if (::fstatat(directory.get(), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(facts.st_mode))
      names.emplace_back(entry->d_name);
  }
  return names;
}

// Opens a kept file to write in it, or makes it.
FileDescriptor open_or_make(const std::string& path, const Environment& environment) {
  const auto directory = make_private_directory(directory_of(path), environment);
  FileDescriptor file{::openat(directory.get(), name_of(path).c_str(),
                               O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600)};
  if (!file)
    throw cannot_open(path, errno);
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0)
    throw file_failure("inspect", path, errno, "");
  require_trusted(facts, path, FileOrigin::kept);
  return file;
}

// The file that a path means: what a symbolic link leads to, which must exist, else the path itself.
std::string target_of(const std::string& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0 || !S_ISLNK(facts.st_mode))
    return path;
  const std::unique_ptr<char, void (*)(void*)> resolved{::realpath(path.c_str(), nullptr), &::free};
  if (!resolved)
    throw file_failure("follow the symbolic link", path, errno, "make it lead to a file, or remove it");
  return resolved.get();
}

// How many bytes at the front of the file are whole lines.
off_t size_of_whole_lines(const FileDescriptor& file, const std::string& path) {
  std::array<char, 4096> piece{};
  off_t end = ::lseek(file.get(), 0, SEEK_END);
  while (end > 0) {
    const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(piece.size()));
    const auto got = ::pread(file.get(), piece.data(), static_cast<std::size_t>(end - begin), begin);
    if (got <= 0)
      throw file_failure("read", path, got == 0 ? EIO : errno, "check the disk");
    const auto last = std::string_view{piece.data(), static_cast<std::size_t>(got)}.rfind('\n');
    if (last != std::string_view::npos)
      return begin + static_cast<off_t>(last) + 1;
    end = begin;
  }
  return 0;
}

} // namespace

std::optional<Secret> PosixPrivateFiles::read(const std::string& path, FileOrigin origin) {
  if (origin == FileOrigin::given)
    return read_given_file(path, m_signals, m_terminal);
  const auto file = open_file(path, origin, m_environment);
  if (!file)
    return std::nullopt;
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0)
    throw file_failure("inspect", path, errno, "");
  require_trusted(facts, path, origin);
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > size_limit)
    throw too_large(path);
  return read_all(file.get(), size, path);
}

void PosixPrivateFiles::replace(const std::string& path, const Secret& content) {
  if (content.reveal().size() > size_limit)
    throw too_large(path);
  const auto directory = make_private_directory(directory_of(path), m_environment);
  const auto name = name_of(path);
  for (const auto& other : regular_files(directory, directory_of(path)))
    if (is_temporary_of(name, other))
      ::unlinkat(directory.get(), other.c_str(), 0);
  put_in_place(directory.get(), name, content.reveal(), path);
}

void PosixPrivateFiles::replace_configuration(const std::string& path, const Secret& content) {
  const auto target = target_of(path);
  Ownership ownership;
  struct stat facts {};
  if (::stat(target.c_str(), &facts) == 0) {
    require_trusted(facts, target, FileOrigin::configuration);
    ownership = {facts.st_mode & 07777U, facts.st_uid, facts.st_gid};
  }
  make_directories(directory_of(target), m_environment);
  const FileDescriptor directory{::open(directory_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!directory)
    throw file_failure("open the directory", directory_of(target), errno, "check its owner and mode");
  put_in_place(directory.get(), name_of(target), content.reveal(), target, ownership);
}

void PosixPrivateFiles::append(const std::string& path, const Secret& lines) {
  const auto file = open_or_make(path, m_environment);
  const off_t whole = size_of_whole_lines(file, path);
  if (static_cast<std::size_t>(whole) + lines.reveal().size() > size_limit)
    throw too_large(path);
  const auto cut_back = [&] { return ::ftruncate(file.get(), whole) == 0; };
  if (!cut_back() || ::lseek(file.get(), whole, SEEK_SET) < 0)
    throw file_failure("write", path, errno, "check the disk");
  try {
    write_all(file.get(), lines.reveal(), path);
  } catch (...) {
    static_cast<void>(cut_back()); // else the next writer does it
    throw;
  }
}

bool PosixPrivateFiles::remove(const std::string& path) {
  const auto directory = open_private_directory(directory_of(path), m_environment);
  if (!directory)
    return false;
  if (::unlinkat(directory.get(), name_of(path).c_str(), 0) != 0) {
    if (errno == ENOENT)
      return false;
    throw file_failure("remove", path, errno, "make its directory writable");
  }
  flush_directory(directory.get(), path);
  return true;
}

std::vector<std::string> PosixPrivateFiles::list(const std::string& directory) {
  const auto opened = open_private_directory(directory, m_environment);
  if (!opened)
    return {};
  return regular_files(opened, directory);
}

std::unique_ptr<HeldLock> PosixPrivateFiles::lock(const std::string& path,
                                                  std::chrono::milliseconds patience) {
  FileDescriptor file;
  const int failure = lock_file(
      file, [&] { return open_or_make(path + ".lock", m_environment); }, m_signals, patience);
  if (failure == EWOULDBLOCK)
    throw untrusted(path,
                    "has been in use by another process for " +
                        duration_text(std::chrono::duration_cast<std::chrono::seconds>(patience)),
                    "wait for it to end, or end it");
  if (means_no_locks(failure))
    throw untrusted(path, "is on a file system without locks",
                    "set " + m_environment.variables_of(path) + " to a directory on another file system");
  if (failure != 0)
    throw file_failure("lock", path, failure, "check its directory");
  return std::make_unique<FileLock>(std::move(file));
}

} // namespace chutes::on_linux
