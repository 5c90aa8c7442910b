#include "base/error.hpp"
#include "linux/child.hpp"
#include "linux/files/json_lines_files.hpp"
#include "linux/files/line_splitter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

struct Folder {
  TemporaryFolder temporary;
  std::filesystem::path path{temporary.path()};
  SignalWatch signals;
  PosixJsonLinesFiles files{signals};

  std::string put(const std::string& name, const std::string& content) const {
    std::ofstream{path / name, std::ios::binary} << content;
    return temporary / name;
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    std::ostringstream content;
    content << std::ifstream{path / name, std::ios::binary}.rdbuf();
    return content.str();
  }
};

bool all(std::string_view) {
  return true;
}

std::string refusal_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST_CASE("lines are the same however their bytes are split, with and without CR and a last end") {
  const std::string text = "one\r\n\nthree\nlast";
  const std::vector<InputLine> expected{{"one", false}, {"", false}, {"three", false}, {"last", false}};
  for (std::size_t size = 1; size <= text.size(); ++size) {
    LineSplitter splitter;
    std::vector<InputLine> lines;
    for (std::size_t at = 0; at < text.size(); at += size)
      for (auto& line : splitter.feed(std::string_view{text}.substr(at, size)))
        lines.push_back(std::move(line));
    for (auto& line : splitter.finish())
      lines.push_back(std::move(line));
    CHECK(lines == expected);
  }
}

TEST_CASE("a line that is too long is noted, and those around it are whole") {
  LineSplitter splitter{4};
  CHECK(splitter.feed("four\nfives\nsix").size() == 2);
  CHECK(splitter.feed("").empty());
  CHECK(splitter.feed("ty\nok\n") == std::vector<InputLine>{{"", true}, {"ok", false}});
  CHECK(splitter.finish().empty());
}

TEST_CASE("a file is read to its end, and what is no file is refused by name") {
  Folder folder;
  const auto reader = folder.files.read(folder.put("in", "a\nb"));
  CHECK(reader->next() == std::vector<InputLine>{{"a", false}});
  CHECK(reader->next() == std::vector<InputLine>{{"b", false}});
  CHECK(reader->next().empty());
  CHECK(refusal_of([&] {
          (void)folder.files.read(folder.path / "none");
        }).ends_with("No such file or directory"));
  CHECK(refusal_of([&] { (void)folder.files.read(folder.path); }).ends_with("Is a directory"));
}

TEST_CASE("a file is read again from where reading began, and a pipe is not") {
  Folder folder;
  const auto reader = folder.files.read(folder.put("in", "a\nb\n"));
  for (int time = 0; time < 2; ++time) {
    CHECK(reader->next() == std::vector<InputLine>{{"a", false}, {"b", false}});
    CHECK(reader->next().empty());
    CHECK(reader->rewind());
  }
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  REQUIRE(::write(ends[1], "a\nb", 3) == 3);
  ::close(ends[1]);
  const auto once = folder.files.read("/dev/fd/" + std::to_string(ends[0]));
  ::close(ends[0]);
  CHECK_FALSE(once->rewind());
  CHECK(once->next() == std::vector<InputLine>{{"a", false}});
  CHECK_FALSE(once->rewind());
  CHECK(once->next() == std::vector<InputLine>{{"b", false}});
}

TEST_CASE("a long line of results is read in time that grows with its length") {
  Folder folder;
  const auto seconds_for = [&](std::size_t size) {
    const auto path = folder.put("long", std::string(size, 'x') + "\n");
    const auto begin = std::clock();
    (void)folder.files.resume(path, all);
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC; // of the processor, which others share
  };
  constexpr std::size_t mebi = 1U << 20U;
  const auto short_one = std::max(seconds_for(8 * mebi), 0.001);
  CHECK(seconds_for(96 * mebi) < 48 * short_one); // 12 times the length; its square would be 144 times
}

TEST_CASE("lines are appended whole to a new file, and a file that holds something is refused") {
  Folder folder;
  {
    const auto writer = folder.files.create(folder.path / "out");
    writer->append("a");
    writer->append("b");
    CHECK(folder.get("out") == "a\nb\n");
    CHECK(
        refusal_of([&] { (void)folder.files.create(folder.path / "out"); }).ends_with("by another process"));
    CHECK(refusal_of([&] {
            (void)folder.files.resume(folder.path / "out", all);
          }).ends_with("by another process"));
  }
  CHECK(refusal_of([&] {
          (void)folder.files.create(folder.path / "out");
        }).ends_with("already contains results"));
  CHECK(folder.get("out") == "a\nb\n");
}

TEST_CASE("resuming cuts off a torn last line and goes on behind the others") {
  Folder folder;
  std::string seen;
  const auto writer = folder.files.resume(folder.put("out", "a\nb\n{\"to"), [&](std::string_view line) {
    seen += std::string{line} + ";";
    return true;
  });
  writer->append("c");
  CHECK(seen == "a;b;");
  CHECK(folder.get("out") == "a\nb\nc\n");
}

TEST_CASE(
    "resuming takes out the lines that are not to be kept, through a link too, and keeps the file's mode") {
  Folder folder;
  folder.put("true", "a\nbad\nc\ntorn");
  std::filesystem::permissions(folder.path / "true", std::filesystem::perms{0640});
  std::filesystem::create_symlink("true", folder.path / "out");
  const auto writer =
      folder.files.resume(folder.path / "out", [](std::string_view line) { return line != "bad"; });
  writer->append("d");
  CHECK(folder.get("true") == "a\nc\nd\n");
  CHECK(std::filesystem::is_symlink(folder.path / "out"));
  CHECK(std::filesystem::status(folder.path / "true").permissions() == std::filesystem::perms{0640});
  CHECK_FALSE(std::filesystem::exists(folder.path / "true.part"));
  CHECK(refusal_of([&] {
          (void)folder.files.resume(folder.path / "out", all);
        }).ends_with("by another process"));
}

TEST_CASE("a file whose lines are refused stays as it was") {
  Folder folder;
  const auto path = folder.put("out", "diary\ntorn");
  CHECK(refusal_of([&] {
          (void)folder.files.resume(path, [](std::string_view) -> bool {
            throw Error{ErrorKind::usage, "no result"};
          });
        }) == "no result");
  CHECK(folder.get("out") == "diary\ntorn");
}

TEST_CASE("a line that does not fit on the disk is not there at all, and those before it are") {
  Folder folder;
  const auto writer = folder.files.create(folder.path / "out");
  writer->append("first");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit full{10, before.rlim_max};
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &full);
  const auto refusal = refusal_of([&] { writer->append("second"); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  static_cast<void>(std::signal(SIGXFSZ, ignored));
  CHECK(refusal.starts_with("could not write "));
  CHECK(folder.get("out") == "first\n");
}

} // namespace chutes::on_linux
