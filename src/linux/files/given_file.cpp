#include "linux/files/given_file.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "linux/files/file_bytes.hpp"
#include "linux/files/private_directory.hpp"

#include <climits>

#include <array>
#include <cerrno>
#include <charconv>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace chutes::on_linux {
namespace {

constexpr std::size_t size_limit{16UL * 1024 * 1024};
constexpr std::size_t piped_limit{64UL * 1024};
constexpr int most_links = 40; // as the kernel follows
constexpr mode_t writable_by_others = 022;
constexpr mode_t open_to_others = 077;

Error untrusted(const std::string& path, const std::string& why, std::string hint) {
  return Error{ErrorKind::file, "the file " + path + " " + why, std::move(hint)};
}

Error cannot_open(const std::string& path, int reason) {
  return file_failure("open", path, reason, "check its owner and mode with 'ls -l'");
}

bool is_own_or_roots(const struct stat& facts) {
  return facts.st_uid == ::geteuid() || facts.st_uid == 0;
}

// The number of a descriptor that this process was started with, as shells name it: -, /dev/fd/63.
std::optional<int> descriptor_named(std::string_view path) {
  if (path == "-" || path == "/dev/stdin")
    return STDIN_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    int number = 0;
    if (!path.starts_with(folder))
      continue;
    const auto digits = path.substr(folder.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc{} && end == digits.data() + digits.size() && number >= 0)
      return number;
  }
  return std::nullopt;
}

FileDescriptor directory_at(int from, const std::string& name, const std::string& path) {
  FileDescriptor directory{::openat(from, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (!directory)
    throw cannot_open(path, errno);
  return directory;
}

struct stat facts_of(int file, const std::string& path) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0)
    throw file_failure("inspect", path, errno, "check the disk");
  return facts;
}

// A link may lead anywhere, so only this user and root may be able to make or exchange it.
void require_own_link(int directory, const struct stat& link, const std::string& path) {
  const auto place = facts_of(directory, path);
  const bool only_its_owner_removes_it =
      (place.st_mode & writable_by_others) == 0 || (place.st_mode & S_ISVTX) != 0;
  if (!is_own_or_roots(link) || !is_own_or_roots(place) || !only_its_owner_removes_it)
    throw untrusted(path, "is reached by a symbolic link that another user can change",
                    "give the path of the file itself");
}

std::string target_of(int directory, const std::string& name, const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const auto length = ::readlinkat(directory, name.c_str(), target.data(), target.size());
  if (length < 0)
    throw cannot_open(path, errno);
  return {target.data(), static_cast<std::size_t>(length)};
}

// A file by its name in the directory that holds it.
struct Place {
  FileDescriptor directory;
  std::string name;
};

// Follows `path` step by step; absent if it leads to nothing.
std::optional<Place> resolve(const std::string& path) {
  const auto start = [&](const std::string& of) {
    return directory_at(AT_FDCWD, of.starts_with('/') ? "/" : ".", path);
  };
  const auto words = split_words(path, '/');
  std::deque<std::string> rest{words.begin(), words.end()};
  auto directory = start(path);
  for (int links = 0; !rest.empty();) {
    auto name = std::move(rest.front());
    rest.pop_front();
    struct stat facts {};
    if (::fstatat(directory.get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT)
        return std::nullopt;
      throw cannot_open(path, errno);
    }
    if (S_ISLNK(facts.st_mode)) {
      if (++links > most_links)
        throw cannot_open(path, ELOOP);
      require_own_link(directory.get(), facts, path);
      const auto target = target_of(directory.get(), name, path);
      if (target.starts_with('/'))
        directory = start(target);
      const auto steps = split_words(target, '/');
      rest.insert(rest.begin(), steps.begin(), steps.end());
    } else if (rest.empty()) {
      return Place{std::move(directory), std::move(name)};
    } else {
      directory = directory_at(directory.get(), name, path);
    }
  }
  throw untrusted(path, "is a directory", "give the path of a file");
}

bool is_mounted_read_only(int file) {
  struct statvfs system {};
  return ::fstatvfs(file, &system) == 0 && (system.f_flag & ST_RDONLY) != 0;
}

// Judges what was opened. Others may read root's file, and one on a file system that is mounted read-only,
// whose mode cannot be changed: that is how containers are given secrets.
void require_trusted(int file, int directory, const std::string& path) {
  const auto facts = facts_of(file, path);
  const auto place = facts_of(directory, path);
  if (!S_ISREG(facts.st_mode) && !S_ISFIFO(facts.st_mode))
    throw untrusted(path, "is neither a regular file nor a pipe", "give the path of another");
  if (!is_own_or_roots(facts))
    throw untrusted(path, "belongs to another user", "copy it to a file of your own");
  if ((facts.st_mode & writable_by_others) != 0)
    throw untrusted(path, "is writable by other users",
                    "check its content, then run: chmod 600 '" + path + "'");
  if ((place.st_mode & S_IWOTH) != 0 && (place.st_mode & S_ISVTX) == 0)
    throw untrusted(path, "is in a directory where every user can exchange it",
                    "check its content, then move it to a directory of your own");
  if (facts.st_uid == ::geteuid() && (facts.st_mode & open_to_others) != 0 && !is_mounted_read_only(file))
    throw untrusted(path, "is open to other users",
                    "check who may have read it, then run: chmod 600 '" + path + "'");
}

Secret read_regular(int file, const std::string& path) {
  const auto size = static_cast<std::size_t>(facts_of(file, path).st_size);
  if (size > size_limit)
    throw untrusted(path, "is larger than 16 MiB", "check that it is the right file");
  return read_all(file, size, path);
}

// Reads until the writer closes.
Secret read_pipe(int file, const std::string& path, SignalWatch& signals, Terminal* terminal) {
  const auto began = std::chrono::steady_clock::now();
  const auto deadline = began + std::chrono::minutes{5};
  bool said = terminal == nullptr;
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    if (!signals.wait(file, POLLIN, said ? deadline : began + std::chrono::seconds{1})) {
      if (said)
        throw untrusted(path, "was not written to its end within 5 minutes",
                        "check the command that writes it");
      terminal->remark("Waiting for the end of " + path + "…");
      said = true;
      continue;
    }
    const auto got = ::read(file, piece.data(), piece.size());
    if (got == 0)
      break;
    if (got < 0 && errno != EINTR && errno != EAGAIN)
      throw file_failure("read", path, errno, "check the command that writes it");
    text.append(piece.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
    if (text.size() > piped_limit)
      throw untrusted(path, "holds more than 64 KiB", "check that it is the right one");
  }
  wipe_stack();
  return Secret{std::move(text)};
}

Secret read_open(int file, const std::string& path, SignalWatch& signals, Terminal* terminal) {
  const auto type = facts_of(file, path).st_mode & S_IFMT;
  if (type == S_IFREG)
    return read_regular(file, path);
  if (type == S_IFIFO || type == S_IFSOCK)
    return read_pipe(file, path, signals, terminal);
  throw untrusted(path,
                  ::isatty(file) == 1 ? "is a terminal, which would show the secret"
                                      : "is neither a file nor a pipe",
                  "give a file or a pipe");
}

} // namespace

std::optional<Secret> read_given_file(const std::string& path, SignalWatch& signals, Terminal* terminal) {
  if (const auto number = descriptor_named(path)) {
    const FileDescriptor open{::fcntl(*number, F_DUPFD_CLOEXEC, 0)};
    if (!open)
      throw cannot_open(path, errno);
    return read_open(open.get(), path, signals, terminal);
  }
  const auto place = resolve(path);
  if (!place)
    return std::nullopt;
  const FileDescriptor file{::openat(place->directory.get(), place->name.c_str(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  if (!file)
    throw cannot_open(path, errno);
  require_trusted(file.get(), place->directory.get(), path);
  return read_open(file.get(), path, signals, terminal);
}

} // namespace chutes::on_linux
