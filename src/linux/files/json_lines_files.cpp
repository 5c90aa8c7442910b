#include "linux/files/json_lines_files.hpp"

#include "base/error.hpp"
#include "linux/files/line_splitter.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/process_hygiene.hpp"

#include <climits>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace chutes::on_linux {
namespace {

constexpr std::size_t read_size = 64U << 10U;           // bytes at once
constexpr std::size_t longest_kept_line = 1024U << 20U; // bytes, of a result

Error cannot(const std::string& act, const std::string& path, int reason, std::string hint = {}) {
  return Error{ErrorKind::usage, "cannot " + act + " " + path + ": " + std::strerror(reason),
               std::move(hint)};
}

class StreamReader final : public LineReader {
public:
  StreamReader(FileDescriptor file, std::string name, SignalWatch& signals)
      : m_file(std::move(file)),
        m_name(std::move(name)),
        m_signals(signals),
        m_begin(::lseek(fd(), 0, SEEK_CUR)) {}

  [[nodiscard]] std::vector<InputLine> next() override {
    std::vector<InputLine> lines;
    while (lines.empty() && !m_ended) {
      const auto count = read_some();
      m_ended = count == 0;
      lines = m_ended ? m_splitter.finish() : m_splitter.feed({m_buffer.data(), count});
    }
    return lines;
  }

  [[nodiscard]] bool rewind() override {
    if (m_begin < 0 || ::lseek(fd(), m_begin, SEEK_SET) < 0)
      return false;
    m_splitter = LineSplitter{};
    m_ended = false;
    return true;
  }

private:
  std::size_t read_some() {
    while (true) {
      static_cast<void>(m_signals.wait(fd(), POLLIN, SteadyInstant::max()));
      const auto got = ::read(fd(), m_buffer.data(), m_buffer.size());
      if (got >= 0)
        return static_cast<std::size_t>(got);
      if (errno != EINTR && errno != EAGAIN)
        throw cannot("read", m_name, errno);
    }
  }
  [[nodiscard]] int fd() const { return m_file ? m_file.get() : STDIN_FILENO; }

  FileDescriptor m_file; // none: standard input
  std::string m_name;
  SignalWatch& m_signals;
  off_t m_begin; // negative: cannot be read again
  LineSplitter m_splitter;
  bool m_ended = false;
  std::array<char, read_size> m_buffer{};
};

class FileWriter final : public LineWriter {
public:
  FileWriter(FileDescriptor file, std::string path) : m_file(std::move(file)), m_path(std::move(path)) {}

  void append(std::string_view line) override {
    const auto begin = ::lseek(m_file.get(), 0, SEEK_END);
    std::string text{line};
    text += '\n';
    std::string_view rest{text};
    while (!rest.empty()) {
      const auto written = ::write(m_file.get(), rest.data(), rest.size());
      if (written > 0)
        rest.remove_prefix(static_cast<std::size_t>(written));
      else if (errno != EINTR)
        give_up(begin, errno);
    }
  }

private:
  [[noreturn]] void give_up(off_t begin, int reason) const {
    const bool whole = begin >= 0 && ::ftruncate(m_file.get(), begin) == 0;
    throw Error{ErrorKind::internal, "could not write " + m_path + ": " + std::strerror(reason),
                whole ? "free some disk space; the results written so far are intact"
                      : "free some disk space; the last line may be incomplete"};
  }

  FileDescriptor m_file;
  std::string m_path;
};

// Makes a file with the user's own mask: ours is for secrets.
FileDescriptor open_output(const std::string& path, int how, mode_t mode) {
  const mode_t ours = ::umask(usual_umask());
  FileDescriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | how, mode)};
  const int reason = errno;
  ::umask(ours);
  if (!file)
    throw cannot("write", path, reason, "choose another path with -o");
  return file;
}

void lock(const FileDescriptor& file, const std::string& path) {
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw Error{ErrorKind::usage, path + " is being written by another process",
                "wait for it, or choose another path with -o"};
}

FileDescriptor open_locked(const std::string& path) {
  constexpr mode_t everybody = 0666;
  auto file = open_output(path, 0, everybody);
  lock(file, path);
  return file;
}

struct stat facts_of(const FileDescriptor& file) {
  struct stat facts {};
  ::fstat(file.get(), &facts);
  return facts;
}

// Shows `take` every line that has an end; where the last of them ends. Searches each byte once: a line may
// be long.
template <typename Take>
off_t each_line(const FileDescriptor& file, const std::string& path, const Take& take) {
  std::string piece(read_size, '\0');
  std::string rest;
  off_t at = 0;
  while (true) {
    const auto got = ::pread(file.get(), piece.data(), piece.size(), at);
    if (got < 0 && errno != EINTR)
      throw cannot("read", path, errno);
    if (got == 0)
      return at - static_cast<off_t>(rest.size());
    if (got < 0)
      continue;
    at += got;
    const auto searched = rest.size();
    rest.append(piece, 0, static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (auto end = rest.find('\n', searched); end != std::string::npos; end = rest.find('\n', begin)) {
      take(std::string_view{rest}.substr(begin, end - begin));
      begin = end + 1;
    }
    rest.erase(0, begin);
    if (rest.size() > longest_kept_line)
      throw Error{ErrorKind::usage, path + " is not a results file: it has a line of more than 1 GiB",
                  "choose another path with -o"};
  }
}

std::string real_path(const std::string& path) {
  std::array<char, PATH_MAX> resolved{};
  return ::realpath(path.c_str(), resolved.data()) != nullptr ? resolved.data() : path;
}

// The lines that stay, in a new file that takes the old one's place in one step.
FileDescriptor rewritten(const FileDescriptor& old, const std::string& path, const std::vector<bool>& kept) {
  const auto place = real_path(path);
  const auto part = place + ".part";
  auto file = open_output(part, O_TRUNC, facts_of(old).st_mode & 0777U);
  lock(file, part);
  {
    FileWriter writer{FileDescriptor{::dup(file.get())}, part};
    std::size_t number = 0;
    each_line(old, path, [&](std::string_view line) {
      if (kept[number++])
        writer.append(line);
    });
  }
  if (::fsync(file.get()) != 0 || std::rename(part.c_str(), place.c_str()) != 0)
    throw cannot("replace", path, errno, "choose another path with -o");
  return file;
}

} // namespace

std::unique_ptr<LineReader> PosixJsonLinesFiles::read(const std::string& path) {
  if (path == "-" || path == "/dev/stdin") // which cannot be opened if it is a socket
    return std::make_unique<StreamReader>(FileDescriptor{}, "standard input", m_signals);
  FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
  if (!file)
    throw cannot("read", path, errno);
  if (S_ISDIR(facts_of(file).st_mode))
    throw cannot("read", path, EISDIR);
  return std::make_unique<StreamReader>(std::move(file), path, m_signals);
}

std::unique_ptr<LineWriter> PosixJsonLinesFiles::create(const std::string& path) {
  auto file = open_locked(path);
  if (facts_of(file).st_size > 0)
    throw Error{ErrorKind::usage, path + " already contains results",
                "continue it with --resume, or choose another path with -o"};
  return std::make_unique<FileWriter>(std::move(file), path);
}

std::unique_ptr<LineWriter> PosixJsonLinesFiles::resume(const std::string& path,
                                                        const std::function<bool(std::string_view)>& keep) {
  auto file = open_locked(path);
  std::vector<bool> kept;
  const auto end = each_line(file, path, [&](std::string_view line) { kept.push_back(keep(line)); });
  if (std::find(kept.begin(), kept.end(), false) != kept.end())
    file = rewritten(file, path, kept);
  else if (facts_of(file).st_size > end && ::ftruncate(file.get(), end) != 0)
    throw cannot("repair", path, errno);
  return std::make_unique<FileWriter>(std::move(file), path);
}

} // namespace chutes::on_linux
