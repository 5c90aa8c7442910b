#pragma once

#include "base/error.hpp"
#include "platform/output_files.hpp"

#include <map>

namespace chutes::fakes {

// Keeps what was written in memory; `room` bytes fit, then the disk is full.
class MemoryOutput final : public OutputFiles {
public:
  std::map<std::string, std::string> files;
  std::size_t room = std::string::npos;

  void require_place(const std::string&) override {}
  std::unique_ptr<OutputFile> open(const std::string& path) override {
    files[path].clear();
    return std::make_unique<File>(*this, path);
  }
  std::unique_ptr<OutputFile> create_in(const std::string& directory, const std::string& stem,
                                        const std::string& extension) override {
    std::string path = directory + stem + extension;
    for (int number = 2; files.contains(path); ++number)
      path = directory + stem + "-" + std::to_string(number) + extension;
    return open(path);
  }

private:
  struct File final : OutputFile {
    File(MemoryOutput& owner, std::string path) : m_owner(owner), m_path(std::move(path)) {}
    void write(std::string_view bytes) override {
      auto& content = m_owner.files[m_path];
      if (content.size() + bytes.size() > m_owner.room)
        throw Error{ErrorKind::internal, "could not write " + m_path + ": No space left on device",
                    "make room"};
      content += bytes;
    }
    [[nodiscard]] const std::string& path() const override { return m_path; }
    MemoryOutput& m_owner;
    std::string m_path;
  };
};

} // namespace chutes::fakes
