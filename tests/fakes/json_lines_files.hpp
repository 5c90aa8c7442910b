#pragma once

#include "base/error.hpp"
#include "platform/json_lines_files.hpp"

#include <map>
#include <sstream>

namespace chutes::fakes {

// Files of lines in memory; "-" is standard input. `room` bytes fit into all of them, then the disk is full.
class MemoryLines final : public JsonLinesFiles {
public:
  std::map<std::string, std::string> files;
  std::size_t room = std::string::npos;
  std::size_t at_once = 2; // lines that arrive together
  bool readable_once = false;

  [[nodiscard]] std::unique_ptr<LineReader> read(const std::string& path) override {
    if (!files.contains(path))
      throw Error{ErrorKind::usage, "cannot read " + path + ": No such file or directory"};
    return std::make_unique<Reader>(files[path], at_once, readable_once);
  }
  [[nodiscard]] std::unique_ptr<LineWriter> create(const std::string& path) override {
    if (!files[path].empty())
      throw Error{ErrorKind::usage, path + " already contains results", "go on with it by --resume"};
    return std::make_unique<Writer>(*this, path);
  }
  [[nodiscard]] std::unique_ptr<LineWriter>
  resume(const std::string& path, const std::function<bool(std::string_view line)>& keep) override {
    std::string kept;
    std::string_view rest{files[path]};
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      if (keep(rest.substr(0, end)))
        kept += rest.substr(0, end + 1);
      rest.remove_prefix(end + 1);
    }
    files[path] = kept;
    return std::make_unique<Writer>(*this, path);
  }

private:
  struct Reader final : LineReader {
    Reader(const std::string& text, std::size_t at_once, bool once)
        : m_text(text), m_at_once(at_once), m_once(once) {}
    [[nodiscard]] std::vector<InputLine> next() override {
      std::vector<InputLine> lines;
      std::string line;
      while (lines.size() < m_at_once && std::getline(m_text, line))
        lines.push_back({line, false});
      return lines;
    }
    [[nodiscard]] bool rewind() override {
      if (m_once)
        return false;
      m_text.clear();
      m_text.seekg(0);
      return true;
    }
    std::istringstream m_text;
    std::size_t m_at_once;
    bool m_once;
  };
  struct Writer final : LineWriter {
    Writer(MemoryLines& owner, std::string path) : m_owner(owner), m_path(std::move(path)) {}
    void append(std::string_view line) override {
      auto& content = m_owner.files[m_path];
      if (content.size() + line.size() + 1 > m_owner.room)
        throw Error{ErrorKind::internal, "could not write " + m_path + ": No space left on device",
                    "make room"};
      content += std::string{line} + "\n";
    }
    MemoryLines& m_owner;
    std::string m_path;
  };
};

} // namespace chutes::fakes
