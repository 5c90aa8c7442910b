// What --attach makes of files and addresses.
#include "base/base64.hpp"
#include "base/error.hpp"
#include "cli/invoke/attachment.hpp"
#include "cli/temporary_file.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;
using flows::TemporaryFile;

namespace {

const std::string png = "\x89PNG\r\n\x1A\n...";

// The message and the hint that refuse these attachments.
std::string refusal(const std::vector<std::string>& words) {
  try {
    static_cast<void>(read_attachments(words));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(!error.hint().empty());
    return std::string{error.what()} + "\nhint: " + error.hint() + "\n";
  }
  return "none";
}

// The same, with the file's path, which must be in it, replaced.
std::string refusal_of_file(const std::string& path) {
  auto text = refusal({path});
  const auto at = text.find(path);
  REQUIRE_MESSAGE(at != std::string::npos, text);
  return text.replace(at, path.size(), "PATH");
}

} // namespace

TEST_CASE("an image is one by its first bytes, whatever it is called") {
  const TemporaryFile file{png, "holiday.txt"};
  const auto attachments = read_attachments({file.path()});
  CHECK(attachments.images == std::vector<std::string>{"data:image/png;base64," + base64_encode(png)});
  CHECK(attachments.text.empty());
}

TEST_CASE("a text goes with the prompt under its file's name, in a fence that it does not hold itself") {
  const TemporaryFile plain{"one\ntwo\n", "notes.md"};
  const TemporaryFile fenced{"```\ncode\n```", "more.md"};
  const auto attachments = read_attachments({plain.path(), fenced.path()});
  CHECK(attachments.text == "\n\nnotes.md:\n```\none\ntwo\n```"
                            "\n\nmore.md:\n````\n```\ncode\n```\n````");
  CHECK(attachments.images.empty());
}

TEST_CASE("the name of a file cannot bring control characters along") {
  const TemporaryFile file{"x", "a\x1b[2Jb"};
  CHECK(read_attachments({file.path()}).text.find('\x1b') == std::string::npos);
}

TEST_CASE("an image's address is passed on as it is, for the service to fetch") {
  const std::string url = "https://example.org/a%20cat.png?size=2";
  CHECK(read_attachments({url}).images == std::vector<std::string>{url});
}

TEST_CASE("an address that the service would not fetch, or that holds a credential, is refused") {
  for (const char* url :
       {"http://example.org/cat.png", "https://ada:word@example.org/cat.png",
        "https://example.org:8443/cat.png", "https://127.0.0.1/cat.png", "https://localhost/cat.png",
        "ftp://example.org/cat.png", "https://", "file:///etc/passwd", "https://example.org/cat.png#part",
        "https://example.org/a cat.png"})
    CHECK_MESSAGE(refusal({url}).find("https://") != std::string::npos, url);
  check_golden(refusal({"ftp://example.org/cat.png"}));
}

TEST_CASE("what is no image and no text, is empty or cannot be read is named and refused") {
  const TemporaryFile nothing{"", "empty.txt"};
  const TemporaryFile program{std::string{"\x7F"
                                          "ELF\0\0\0",
                                          7},
                              "program"};
  const TemporaryFile document{"%PDF-1.7\n...", "paper.pdf"};
  const TemporaryFile latin{"caf\xE9", "latin.txt"};
  CHECK(refusal_of_file(document.path()).find("application/pdf") != std::string::npos);
  check_golden(refusal_of_file(nothing.path()) + refusal_of_file(program.path()) +
               refusal_of_file(latin.path()) + refusal_of_file(document.path()) +
               refusal_of_file("/nowhere/at/all.png") + refusal_of_file(nothing.folder()));
}

TEST_CASE(
    "an image that models cannot read is refused by its type, and a text that begins like one is a text") {
  const std::string size{"\0\0\0\x1C", 4};
  const std::pair<std::string, const char*> rows[] = {{size + "ftypheic....", "image/heic"},
                                                      {size + "ftypavif....", "image/avif"},
                                                      {std::string{"II*\0\x08\0\0\0", 8}, "image/tiff"},
                                                      {size + "ftypisom....", "video/mp4"}};
  for (const auto& [bytes, type] : rows) {
    const TemporaryFile file{bytes, "cat.png"};
    CHECK_MESSAGE(refusal_of_file(file.path()).find(type) != std::string::npos, type);
  }
  for (const char* text : {"GIF89a is a format", "ID3 tags", "%PDF-1.7 in words", "RIFF1234WEBP", "BMW"}) {
    const TemporaryFile file{text, "notes.txt"};
    CHECK_MESSAGE(read_attachments({file.path()}).text.find(text) != std::string::npos, text);
  }
}

TEST_CASE("a file of more than 16 MiB and a ninth image are too much") {
  const TemporaryFile large{std::string((16U << 20U) + 1, 'x'), "large.txt"};
  CHECK(refusal_of_file(large.path()).find("16 MiB") != std::string::npos);
  const std::string url = "https://example.org/cat.png";
  CHECK(read_attachments(std::vector<std::string>(8, url)).images.size() == 8);
  CHECK(refusal(std::vector<std::string>(9, url)).find(url) != std::string::npos);
  check_golden(refusal_of_file(large.path()) + refusal(std::vector<std::string>(9, url)));
}
