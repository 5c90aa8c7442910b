// Setting variables in an env file and leaving everything else of it alone.
#include "base/error.hpp"
#include "cli/app/secrets/env_file.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;

namespace {

const Variables both{{"ID", "cid_1"}, {"SCOPES", "openid profile"}};

std::string set_id(const std::string& text) {
  return with_variables(text, {{"ID", "cid_1"}});
}

} // namespace

TEST_CASE("a new env file has the variables one a line, with quotes where a shell needs them") {
  CHECK(with_variables("", both) == "ID=cid_1\nSCOPES=\"openid profile\"\n");
}

TEST_CASE("what an env file holds already stays byte for byte, and what is missing comes at its end") {
  const std::string text = "# mine\n\nOTHER = 'x' # why\r\n  not an assignment\n\tLAST=1\n";
  CHECK(with_variables(text, {{"ID", "cid_1"}}) == text + "ID=cid_1\r\n");
}

TEST_CASE("a last line without an end gets one before anything is added") {
  CHECK(set_id("OTHER=1") == "OTHER=1\nID=cid_1\n");
  CHECK(set_id("OTHER=1\\") == "OTHER=1\\\n\nID=cid_1\n");
  CHECK(set_id("OTHER=1\\\n") == "OTHER=1\\\n\nID=cid_1\n");
}

TEST_CASE("a value is replaced in its place, however it is written") {
  CHECK(set_id("ID=old\nB=2\n") == "ID=cid_1\nB=2\n");
  CHECK(set_id("ID=") == "ID=cid_1");
  CHECK(set_id("ID=\nB=2") == "ID=cid_1\nB=2");
  CHECK(set_id("  export  ID = old  # a comment\r\nB=2\r\n") ==
        "  export  ID = cid_1  # a comment\r\nB=2\r\n");
  CHECK(set_id("ID=\"old # value\" # a comment\n") == "ID=cid_1 # a comment\n");
  CHECK(set_id("ID='old'\n") == "ID=cid_1\n");
  CHECK(set_id("ID=it's#old\n") == "ID=cid_1\n");
}

TEST_CASE("a value over several lines goes as a whole") {
  CHECK(set_id("ID=\"one\ntwo\\\"\nthree\"\nB=2\n") == "ID=cid_1\nB=2\n");
}

TEST_CASE("text that only looks like the variable is kept") {
  for (const std::string text : {"# ID=old\n", "IDS=old\n", "MY_ID=old\n", "B=\"\nID=old\n\"\n", "ID old\n"})
    CHECK(set_id(text) == text + "ID=cid_1\n");
}

TEST_CASE("a variable that is set twice is replaced twice, since readers differ in which one they use") {
  CHECK(set_id("ID=a\nID=b\n") == "ID=cid_1\nID=cid_1\n");
}

TEST_CASE("an unclosed quote reaches no further than its line") {
  CHECK(set_id("B=\"open\nID=old\n") == "B=\"open\nID=cid_1\n");
}

TEST_CASE("a value that no env file could hold is refused") {
  for (const std::string value : {"a\nB=2", "a\"b", "a$(b)", "a`b`", "a\\b", "a\x1b[0m"})
    CHECK_THROWS_AS(static_cast<void>(with_variables("", {{"ID", value}})), Error);
}

TEST_CASE("an env file is read as the SDK's framework reads it") {
  const auto read = [](const std::string& text) {
    std::string shown;
    for (const auto& [name, value] : parse_env_file(text).variables)
      shown += name + "=" + value.reveal() + "|";
    return shown;
  };
  CHECK(read("A=1\nB = two words \n") == "A=1|B=two words|");
  CHECK(read("export A='1'\r\nB=\"2\"\r\nC=`3`") == "A=1|B=2|C=3|");
  CHECK(read("A=1 # comment\nB=1#comment\nC=\"1#2\" # comment\n#D=4\n") == "A=1|B=1|C=1#2|");
  CHECK(read("A=\"1\\n2\"\nB='1\\n2'\nC=\"1\n2\"\nD=4") == "A=1\n2|B=1\\n2|C=1\n2|D=4|");
  CHECK(read("A=1\nA=2\n") == "A=2|");
  CHECK(read("A=\"open\nB=\n") == "A=\"open|B=|");
  CHECK(read("").empty());
}

TEST_CASE("lines of an env file that set no variable are reported by number") {
  const auto file = parse_env_file("# comment\n\nA=\"1\n2\"\nA 1\n  \nB: 2\n=3\nC=1");
  CHECK(file.invalid_lines == std::vector<std::size_t>{5, 8});
  CHECK(file.variables.size() == 3);
}

TEST_CASE(
    "what stands behind a closing quote goes with the old value, where dotenv would read it as the value") {
  CHECK(set_id("export ID=\"old\";\nB=2\n") == "export ID=cid_1\nB=2\n");
  CHECK(set_id("ID=\"old\" ; # why\n") == "ID=cid_1 # why\n");
  CHECK(set_id("ID='a\\'b'\nB=2\n") == "ID=cid_1\nB=2\n");
  CHECK(set_id("ID=old;\n") == "ID=cid_1\n");
  CHECK(set_id("ID: old\n") == "ID: cid_1\n");
  CHECK(set_id("\xEF\xBB\xBFID=old\n") == "ID=cid_1\n");
}

TEST_CASE("an env file in which a new value would not be read back, or would change another, is refused") {
  for (const std::string text : {"ID=\"old\"; export B=2\n", "ID='a'\"b\"\n", "ID=old; B=2\n",
                                 "ID=old\\\nmore\n", "B:\n", "ID=\n'old'\n", "B='one\\\ntwo\nID=a'; C='\n"}) {
    CAPTURE(text);
    try {
      static_cast<void>(with_variables(text, {{"ID", "cid_1"}}, "shop.env"));
      FAIL("an env file that would be misread");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(std::string{error.what()}.starts_with("shop.env "));
    }
  }
}

TEST_CASE("values that dotenv reads in its own way are read so") {
  const auto value = [](const std::string& text) { return parse_env_file(text).variables.at("A").reveal(); };
  const std::vector<std::pair<std::string, std::string>> table{{"A=\"old\";\n", "\"old\";"},
                                                               {"A='a\\'b'\n", "a\\'b"},
                                                               {"A='a\\'\n", "a\\"},
                                                               {"A=\"a\" b\"\n", "a\" b"},
                                                               {"A=\n'x'\n", "x"},
                                                               {"A: x\n", "x"},
                                                               {"export = 1\nA=x\n", "x"},
                                                               {"A\n=x\n", "x"},
                                                               {"A=\"one\r\ntwo\"\r\n", "one\ntwo"},
                                                               {"A=x\rB=y\r", "x"},
                                                               {"A=it's#x\n", "it's"},
                                                               {"A=`\"x\"`\n", "\"x\""},
                                                               {"A=\"x\\\"y\" # z\n", "x\\\"y"},
                                                               {"\xEF\xBB\xBF"
                                                                "A=x\n",
                                                                "x"},
                                                               {"A=  \nB=1\n", ""}};
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(value(text) == expected);
  }
}
