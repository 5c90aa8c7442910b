#include "linux/files/file_bytes.hpp"

#include "linux/files/private_directory.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/system_random.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>

namespace chutes::on_linux {
namespace {

constexpr std::size_t mark_length = 16; // hexadecimal digits in a temporary file's name
constexpr const char* unchanged =
    "free some disk space or make the directory writable; the previous content is unchanged";

} // namespace

Secret read_all(int file, std::size_t expected, const std::string& path) {
  std::string bytes(expected + 1, '\0'); // one more, to see the end without growing, which would leave copies
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto got = ::read(file, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      throw file_failure("read", path, errno, "check the disk");
    if (got == 0)
      break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > expected)
    throw Error{ErrorKind::file, "the file " + path + " grew while it was read", "try again"};
  bytes.resize(filled);
  return Secret{std::move(bytes)};
}

void write_all(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto put = ::write(file, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR)
      throw file_failure("write", path, errno, unchanged);
    if (put > 0)
      bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(file) != 0)
    throw file_failure("write", path, errno, unchanged);
}

void flush_directory(int directory, const std::string& path) {
  if (::fsync(directory) != 0 && errno != EINVAL && errno != EROFS)
    throw file_failure("write the directory of", path, errno, "check the disk");
}

std::string temporary_name(const std::string& name) {
  std::array<std::byte, mark_length / 2> chance{};
  SystemRandom{}.fill(chance);
  std::string mark;
  for (const auto byte : chance) {
    mark += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4U];
    mark += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15U];
  }
  return "." + name + "." + mark + ".tmp";
}

bool is_temporary_of(const std::string& name, std::string_view candidate) {
  const auto start = "." + name + ".";
  return candidate.size() == start.size() + mark_length + 4 && candidate.starts_with(start) &&
         candidate.ends_with(".tmp") &&
         candidate.substr(start.size(), mark_length).find_first_not_of("0123456789abcdef") ==
             std::string_view::npos;
}

namespace {

// A file beside its place, with its owner, mode and content; removed again unless it takes that place.
class Temporary {
public:
  Temporary(int directory, const std::string& name, std::string_view content, const std::string& path,
            const Ownership& ownership)
      : m_directory(directory), m_name(temporary_name(name)) {
    const FileDescriptor file{
        ::openat(directory, m_name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file)
      throw file_failure("write", path, errno, unchanged);
    try {
      if (::fchown(file.get(), ownership.user, ownership.group) != 0 ||
          ::fchmod(file.get(), ownership.mode) != 0)
        throw file_failure("restore the owner of", path, errno, unchanged);
      write_all(file.get(), content, path);
    } catch (...) {
      remove();
      throw;
    }
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!m_name.empty())
      remove();
  }

  // Gives it its name. Returns false, with errno, if that fails.
  [[nodiscard]] bool take_place(const std::string& name) {
    if (::renameat(m_directory, m_name.c_str(), m_directory, name.c_str()) != 0)
      return false;
    m_name.clear();
    return true;
  }

private:
  void remove() const noexcept { ::unlinkat(m_directory, m_name.c_str(), 0); }

  int m_directory;
  std::string m_name;
};

} // namespace

void put_in_place(int directory, const std::string& name, std::string_view content, const std::string& path,
                  const Ownership& ownership) {
  Temporary file{directory, name, content, path, ownership};
  if (!file.take_place(name))
    throw file_failure("replace", path, errno, "check what is at that path");
  flush_directory(directory, path);
}

void rehearse(int directory, const std::string& name, std::size_t size, const std::string& path,
              const Ownership& ownership) {
  const Temporary file{directory, name, std::string(size, '\n'), path, ownership};
}

} // namespace chutes::on_linux
