#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace chutes::flows {

// A file of its own in a folder of its own, gone afterwards.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::string& content, std::string name = "text") : m_name(std::move(name)) {
    std::string folder = (std::filesystem::temp_directory_path() / "chutes-file-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    m_folder = folder;
    std::ofstream{path(), std::ios::binary} << content;
  }
  ~TemporaryFile() { std::filesystem::remove_all(m_folder); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] std::string folder() const { return m_folder.string(); }
  [[nodiscard]] std::string path() const { return folder() + "/" + m_name; }

private:
  std::string m_name;
  std::filesystem::path m_folder;
};

} // namespace chutes::flows
