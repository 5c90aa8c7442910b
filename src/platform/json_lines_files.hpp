// Files of any number of lines, read as a stream and written a whole line at a time.
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
  bool too_long = false; // over `longest_line`: the text is dropped

  friend bool operator==(const InputLine&, const InputLine&) = default;
};

class LineReader {
public:
  virtual ~LineReader() = default;
  // Returns the next lines, all that have arrived together; none at the end. Waits without limit. Throws
  // Error{usage} if reading fails and Error{interrupted|terminated} on a signal.
  [[nodiscard]] virtual std::vector<InputLine> next() = 0;
  // Goes back to where reading began. Returns false, and does nothing, for what can be read only once: a
  // pipe.
  [[nodiscard]] virtual bool rewind() = 0;
};

class LineWriter {
public:
  virtual ~LineWriter() = default;
  // Appends `line` and its end. Throws Error{internal} with the reason (full disk), and then leaves the file
  // as it was.
  virtual void append(std::string_view line) = 0;
};

class JsonLinesFiles {
public:
  virtual ~JsonLinesFiles() = default;
  // "-" or "/dev/stdin": standard input. Throws Error{usage} naming the file if it cannot be read.
  [[nodiscard]] virtual std::unique_ptr<LineReader> read(const std::string& path) = 0;
  // Creates the file and locks it for the lifetime of the writer. Throws Error{usage} if it exists and is not
  // empty, cannot be written, or is being written by another process.
  [[nodiscard]] virtual std::unique_ptr<LineWriter> create(const std::string& path) = 0;
  // The same for a file that may exist. Calls `keep` with each line in order and removes those it returns
  // false for, and a last line without an end; the others stay byte for byte. The file is then replaced in
  // one step. If `keep` throws, the file stays as it was.
  [[nodiscard]] virtual std::unique_ptr<LineWriter>
  resume(const std::string& path, const std::function<bool(std::string_view line)>& keep) = 0;
};

} // namespace chutes
