#include "linux/files/user_secret_files.hpp"

#include "base/error.hpp"
#include "linux/files/file_bytes.hpp"
#include "linux/files/private_directory.hpp"
#include "linux/process/file_descriptor.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
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
  return cannot(doing, path, std::strerror(reason), "choose a directory that you can write to");
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

void PosixUserSecretFiles::check(const std::string& path) {
  if (name_of(path).empty())
    throw cannot("write", path, "it does not name a file", "give the name of a file");
  static_cast<void>(open_regular(path, O_RDWR, "write"));
  const auto directory = open_directory(path);
  const auto probe = temporary_name(name_of(path));
  const FileDescriptor made{
      ::openat(directory.get(), probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!made)
    throw cannot("write", path, errno);
  ::unlinkat(directory.get(), probe.c_str(), 0);
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
  Ownership ownership;
  struct stat facts {};
  if (there && ::fstat(there.get(), &facts) == 0)
    ownership = {facts.st_mode & 07777U, facts.st_uid, facts.st_gid};
  const auto directory = open_directory(path);
  on_disk([&] { put_in_place(directory.get(), name_of(path), content.reveal(), path, ownership); });
}

void PosixUserSecretFiles::check_append(const std::string& path) {
  if (!open_regular(path, O_WRONLY | O_APPEND, "write"))
    throw cannot("write", path, ENOENT);
}

void PosixUserSecretFiles::append(const std::string& path, const Secret& text) {
  const auto file = open_regular(path, O_WRONLY | O_APPEND, "write");
  if (!file)
    throw cannot("write", path, ENOENT);
  on_disk([&] { write_all(file.get(), text.reveal(), path); });
}

} // namespace chutes::on_linux
