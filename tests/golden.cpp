#include "golden.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

namespace chutes {
namespace {

// One golden file: the texts of each test case, in the order of the calls.
//   == name of the test case
//   -- 1
//   | text, line by line
class GoldenFile {
public:
  explicit GoldenFile(std::string path) : m_path(std::move(path)) { read(); }
  GoldenFile(const GoldenFile&) = delete;
  GoldenFile& operator=(const GoldenFile&) = delete;
  ~GoldenFile() {
    if (writing())
      write();
  }

  void check(const std::string& name, const std::string& text) {
    auto& texts = m_cases[name];
    const auto call = m_calls[name]++;
    if (writing()) {
      if (call == 0)
        texts.clear();
      texts.push_back(text);
      return;
    }
    REQUIRE_MESSAGE(call < texts.size(), m_path << " has no text " << call + 1 << " for this test case");
    CHECK_MESSAGE(texts[call] == text, m_path << " says otherwise:\n" << texts[call]);
  }

private:
  [[nodiscard]] static bool writing() { return std::getenv("CHUTES_WRITE_GOLDEN") != nullptr; }

  void read() {
    std::ifstream file{m_path, std::ios::binary};
    std::vector<std::string>* texts = nullptr;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("== "))
        texts = &m_cases[line.substr(3)];
      else if (line.starts_with("-- ") && texts != nullptr)
        texts->emplace_back();
      else if (texts != nullptr && !texts->empty())
        texts->back()
            .append(texts->back().empty() ? "" : "\n")
            .append(line.substr(std::min<std::size_t>(2, line.size())));
    }
  }

  void write() const {
    std::ofstream file{m_path, std::ios::binary};
    for (const auto& [name, texts] : m_cases) {
      file << "== " << name << "\n";
      for (std::size_t i = 0; i < texts.size(); ++i)
        file << "-- " << i + 1 << "\n" << indented(texts[i]);
    }
  }

  // A mark before each line, so that no text can look like a heading.
  [[nodiscard]] static std::string indented(const std::string& text) {
    std::string lines = "| ";
    for (const char c : text)
      lines.append(c == '\n' ? "\n| " : std::string(1, c));
    return lines + "\n";
  }

  std::string m_path;
  std::map<std::string, std::vector<std::string>> m_cases;
  std::map<std::string, std::size_t> m_calls;
};

} // namespace

std::string tests_folder() {
  return CHUTES_TESTS_FOLDER;
}

void check_golden(const std::string& text) {
  static std::map<std::string, GoldenFile> files;
  const auto* test = doctest::getContextOptions()->currentTest;
  auto name = std::filesystem::path{test->m_file.c_str()}.stem().string();
  if (name.ends_with("_test"))
    name.resize(name.size() - std::string{"_test"}.size());
  const auto path = std::filesystem::path{tests_folder()} / "golden" / "messages" / (name + ".txt");
  files.try_emplace(path.string(), path.string()).first->second.check(test->m_name, text);
}

} // namespace chutes
