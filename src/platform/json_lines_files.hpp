// Files of lines, of any number: read as a stream, and written a whole line at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chutes {

inline constexpr std::size_t longest_line = 64U << 20U; // bytes, in a file of lines

struct InputLine {
  std::string text;      // without its end, which may be CR LF
  bool too_long = false; // over `longest_line`: the text is gone

  friend bool operator==(const InputLine&, const InputLine&) = default;
};

class LineReader {
public:
  virtual ~LineReader() = default;
  // The next lines, at least one, as many as have arrived together; none at the end. Waits for them as long
  // as it takes. Throws Error{usage} if reading fails and Error{interrupted|terminated} on a signal.
  [[nodiscard]] virtual std::vector<InputLine> next() = 0;
};

class LineWriter {
public:
  virtual ~LineWriter() = default;
  // Adds `line` and its end: all of it or, where it throws Error{internal} with the reason (full disk),
  // nothing.
  virtual void append(std::string_view line) = 0;
};

class JsonLinesFiles {
public:
  virtual ~JsonLinesFiles() = default;
  // "-": standard input. Throws Error{usage} naming the file if it cannot be read.
  [[nodiscard]] virtual std::unique_ptr<LineReader> read(const std::string& path) = 0;
  // A file of this process alone until the writer goes away. Throws Error{usage} if it exists and holds
  // something, cannot be written, or is written by another process.
  [[nodiscard]] virtual std::unique_ptr<LineWriter> create(const std::string& path) = 0;
  // The same for a file that may be there already. Its lines are shown to `keep` in their order, and those
  // it answers false for are taken out, as is a last line without an end; the others stay byte for byte. The
  // file is then replaced in one step. What `keep` throws leaves it as it was.
  [[nodiscard]] virtual std::unique_ptr<LineWriter>
  resume(const std::string& path, const std::function<bool(std::string_view line)>& keep) = 0;
};

} // namespace chutes
