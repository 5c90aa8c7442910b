#include "linux/files/user_secret_files.hpp"

#include "base/error.hpp"
#include "linux/files/file_bytes.hpp"
#include "linux/files/private_directory.hpp"
#include "linux/process/file_descriptor.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/stat.h>

namespace chutes::on_linux {
namespace {

constexpr std::size_t size_limit{16UL * 1024 * 1024};

Error cannot(const std::string& doing, const std::string& path, const std::string& why, std::string hint) {
  return Error{ErrorKind::usage, "cannot " + doing + " " + path + ": " + why, std::move(hint)};
}

Error cannot(const std::string& doing, const std::string& path, int reason) {
  if (reason == ELOOP)
    return cannot(doing, path, "it is a symbolic link", "name the file itself");
  if (reason == EEXIST)
    return cannot(doing, path, "it already exists", "name another file, or use --force");
  if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG)
    return cannot(doing, path, std::strerror(reason), "free some space there, or choose another place");
  return cannot(doing, path, std::strerror(reason), "choose a file and a directory that you can write to");
}

// Runs `work`; a private file's failure becomes this file's.
template <typename Work>
void on_disk(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::file)
      throw;
    throw Error{ErrorKind::internal, error.what(), error.hint()};
  }
}

// The same for what is tried before anything is at stake.
template <typename Work>
void as_usage(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    throw Error{ErrorKind::usage, error.what(),
                "choose another place, or make room and permit writing there"};
  }
}

// None: there is no such file.
FileDescriptor open_regular(const std::string& path, int how, const char* doing) {
  FileDescriptor file{::open(path.c_str(), how | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  if (!file && errno != ENOENT)
    throw cannot(doing, path, errno);
  struct stat facts {};
  if (file && (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)))
    throw cannot(doing, path, "it is not a regular file", "name a regular file, or a new one");
  return file;
}

FileDescriptor open_directory(const std::string& path) {
  const auto directory = directory_of(path);
  FileDescriptor opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!opened)
    throw cannot("write", path, errno == ENOENT ? "there is no directory " + directory : std::strerror(errno),
                 "create the directory, or choose another");
  return opened;
}

off_t size_of(int file) {
  struct stat facts {};
  return ::fstat(file, &facts) == 0 ? facts.st_size : 0;
}

Ownership ownership_of(int file) {
  struct stat facts {};
  return ::fstat(file, &facts) == 0 ? Ownership{facts.st_mode & 07777U, facts.st_uid, facts.st_gid}
                                    : Ownership{};
}

bool is_mount_point(int file) {
  struct statx facts {};
  return ::statx(file, "", AT_EMPTY_PATH, 0, &facts) == 0 &&
         (facts.stx_attributes & facts.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0;
}

// Throws for what makes rename(2) over `file` fail, although both it and its directory can be written.
void require_replaceable(int file, int directory, const std::string& path) {
  if (is_mount_point(file))
    throw cannot("replace", path, "it is a mount point",
                 "name a file in a directory that is mounted as a whole");
  struct stat own {};
  struct stat place {};
  if (::fstat(file, &own) != 0 || ::fstat(directory, &place) != 0)
    throw cannot("write", path, errno);
  const auto user = ::geteuid();
  if ((place.st_mode & S_ISVTX) != 0 && user != 0 && own.st_uid != user && place.st_uid != user)
    throw cannot("replace", path, "it belongs to another user", "name a file of your own");
}

} // namespace

std::optional<ChosenFile> PosixUserSecretFiles::read(const std::string& path) {
  const auto file = open_regular(path, O_RDONLY, "read");
  if (!file)
    return std::nullopt;
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0)
    throw cannot("read", path, errno);
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > size_limit)
    throw cannot("read", path, "it is larger than 16 MiB", "check that it is the right file");
  ChosenFile read{{}, (facts.st_mode & 077U) != 0};
  on_disk([&] { read.content = read_all(file.get(), size, path); });
  return read;
}

void PosixUserSecretFiles::check(const std::string& path, std::size_t size) {
  if (name_of(path).empty())
    throw cannot("write", path, "it does not name a file", "give the name of a file");
  const auto there = open_regular(path, O_RDWR, "write");
  const auto directory = open_directory(path);
  if (there)
    require_replaceable(there.get(), directory.get(), path);
  as_usage([&] {
    rehearse(directory.get(), name_of(path), size, path, there ? ownership_of(there.get()) : Ownership{});
  });
}

void PosixUserSecretFiles::create(const std::string& path, const Secret& content) {
  const auto directory = open_directory(path);
  const auto name = name_of(path);
  const FileDescriptor file{
      ::openat(directory.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!file)
    throw cannot("write", path, errno);
  try {
    on_disk([&] {
      write_all(file.get(), content.reveal(), path);
      flush_directory(directory.get(), path);
    });
  } catch (...) {
    ::unlinkat(directory.get(), name.c_str(), 0);
    throw;
  }
}

void PosixUserSecretFiles::replace(const std::string& path, const Secret& content) {
  const auto there = open_regular(path, O_RDWR, "write");
  const auto ownership = there ? ownership_of(there.get()) : Ownership{};
  const auto directory = open_directory(path);
  on_disk([&] { put_in_place(directory.get(), name_of(path), content.reveal(), path, ownership); });
}

void PosixUserSecretFiles::check_append(const std::string& path, std::size_t size) {
  const auto file = open_regular(path, O_RDWR | O_APPEND, "write");
  if (!file)
    throw cannot("write", path, ENOENT);
  // Not every file system can reserve space; where one cannot, `append` finds out.
  if (::fallocate(file.get(), FALLOC_FL_KEEP_SIZE, size_of(file.get()), static_cast<off_t>(size)) != 0 &&
      errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR)
    throw cannot("write", path, errno);
}

void PosixUserSecretFiles::append(const std::string& path, const Secret& lines) {
  const auto file = open_regular(path, O_RDWR | O_APPEND, "write");
  if (!file)
    throw cannot("write", path, ENOENT);
  const auto size = size_of(file.get());
  char last = '\n';
  if (size > 0 && ::pread(file.get(), &last, 1, size - 1) != 1)
    throw cannot("read", path, errno);
  const Secret text{(last == '\n' ? "" : "\n") + lines.reveal()};
  on_disk([&] { write_all(file.get(), text.reveal(), path); });
}

} // namespace chutes::on_linux
