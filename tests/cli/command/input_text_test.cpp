#include "base/error.hpp"
#include "cli/command/input_text.hpp"
#include "cli/temporary_file.hpp"
#include "facts.hpp"
#include "fakes/terminal.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;
using flows::TemporaryFile;

TEST_CASE("text is taken as it is, and @FILE means the file's content byte for byte") {
  const TemporaryFile file{"Be brief.\r\n\xFF"};
  CHECK(text_or_file("Be brief", "--system") == "Be brief");
  CHECK(text_or_file("", "--system").empty());
  CHECK(text_or_file("@" + file.path(), "--system") == "Be brief.\r\n\xFF");
}

TEST_CASE("a file that cannot be read is a usage error that names option and file") {
  const TemporaryFile file{""};
  for (const auto& path : {file.folder() + "/missing", file.folder(), std::string{}})
    try {
      static_cast<void>(text_or_file("@" + path, "--system"));
      FAIL("it was read: " << path);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(missing(error.what(), {"--system", path}).empty());
      if (path == file.folder() + "/missing")
        check_golden(
            std::string{error.what()}.replace(std::string{error.what()}.find(path), path.size(), "FILE") +
            "\nhint: " + error.hint());
    }
}

TEST_CASE("a file of more than 16 MiB is refused") {
  const TemporaryFile file{std::string((16U << 20U) + 1, 'x')};
  CHECK_THROWS_AS(static_cast<void>(text_or_file("@" + file.path(), "--system")), Error);
}

TEST_CASE("the prompt is the words, what is piped in, or both with a blank line between") {
  fakes::RecordingTerminal terminal;
  terminal.input = "diff --git\n";
  CHECK(prompt_text({"Explain", "this"}, terminal) == "Explain this");
  terminal.input_piped = true;
  CHECK(prompt_text({"Explain", "this"}, terminal) == "Explain this\n\ndiff --git\n");
  CHECK(prompt_text({}, terminal) == "diff --git\n");
  terminal.input = "";
  CHECK(prompt_text({"Explain"}, terminal) == "Explain");
}

TEST_CASE("an empty prompt is a usage error") {
  fakes::RecordingTerminal terminal;
  CHECK_THROWS_AS(static_cast<void>(prompt_text({}, terminal)), Error);
  CHECK_THROWS_AS(static_cast<void>(prompt_text({" "}, terminal)), Error);
  terminal.input_piped = true;
  terminal.input = "\n \n";
  CHECK_THROWS_AS(static_cast<void>(prompt_text({}, terminal)), Error);
}

TEST_CASE("a prompt that is not UTF-8 is refused, with the byte and the place, because JSON has to be") {
  fakes::RecordingTerminal terminal;
  terminal.input_piped = true;
  terminal.input = "caf\xE9";
  const auto refusal = [&](const std::vector<std::string>& words) {
    try {
      static_cast<void>(prompt_text(words, terminal));
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      return std::string{error.what()};
    }
    return std::string{"none"};
  };
  check_golden(refusal({}));
  CHECK(missing(refusal({}), {"UTF-8", "0xE9", "offset 3"}).empty());
  CHECK(missing(refusal({"Explain"}), {"0xE9", "offset 12"}).empty());
  terminal.input = "caf\xC3"; // a character without its end
  CHECK(missing(refusal({}), {"0xC3", "offset 3"}).empty());
  terminal.input = "caf\xC3\xA9";
  CHECK(refusal({}) == "none");
}
