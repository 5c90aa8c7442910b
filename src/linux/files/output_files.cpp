#include "linux/files/output_files.hpp"

#include "base/error.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/process_hygiene.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

class PlainFile final : public OutputFile {
public:
  PlainFile(FileDescriptor file, std::string path) : m_file(std::move(file)), m_path(std::move(path)) {}

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto written = ::write(m_file.get(), bytes.data(), bytes.size());
      if (written > 0)
        bytes.remove_prefix(static_cast<std::size_t>(written));
      else if (errno != EINTR)
        throw Error{ErrorKind::internal, "could not write " + m_path + ": " + std::strerror(errno),
                    "free some disk space; what was written so far is intact"};
    }
  }
  [[nodiscard]] const std::string& path() const override { return m_path; }

private:
  FileDescriptor m_file;
  std::string m_path;
};

// Makes a file with the user's own mask: ours is for secrets.
FileDescriptor open_for_writing(const std::string& path, int how) {
  constexpr mode_t everybody = 0666;
  const mode_t ours = ::umask(usual_umask());
  FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | how, everybody)};
  const int reason = errno;
  ::umask(ours);
  errno = reason;
  return file;
}

Error cannot_write(const std::string& path) {
  return Error{ErrorKind::usage, "cannot write " + path + ": " + std::strerror(errno),
               "choose another path with -o"};
}

// Whether the user whose rights we have may do that; false with errno.
bool is_allowed(const std::string& path, int what) {
  return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

bool is_directory(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

} // namespace

void PosixOutputFiles::require_place(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto directory = slash == std::string::npos ? "./" : path.substr(0, slash + 1);
  const bool stands_there = slash != path.size() - 1 && is_allowed(path, F_OK);
  if (stands_there && is_directory(path))
    errno = EISDIR;
  else if (stands_there ? is_allowed(path, W_OK) : is_allowed(directory, W_OK | X_OK))
    return;
  throw cannot_write(path);
}

std::unique_ptr<OutputFile> PosixOutputFiles::open(const std::string& path) {
  auto file = open_for_writing(path, O_TRUNC);
  if (!file)
    throw cannot_write(path);
  return std::make_unique<PlainFile>(std::move(file), path);
}

std::unique_ptr<OutputFile> PosixOutputFiles::create_in(const std::string& directory, const std::string& stem,
                                                        const std::string& extension) {
  constexpr int most_tries = 10000;
  for (int number = 1; number <= most_tries; ++number) {
    std::string path = directory;
    path += (directory.ends_with('/') ? "" : "/") + stem;
    path += (number == 1 ? "" : "-" + std::to_string(number)) + extension;
    auto file = open_for_writing(path, O_EXCL);
    if (file)
      return std::make_unique<PlainFile>(std::move(file), path);
    if (errno != EEXIST)
      throw cannot_write(path);
  }
  throw Error{ErrorKind::usage, "the directory " + directory + " is full of " + stem + extension, "empty it"};
}

} // namespace chutes::on_linux
