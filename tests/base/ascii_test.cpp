#include "base/ascii.hpp"

#include <doctest/doctest.h>

#include <clocale>

using namespace chutes;

TEST_CASE("case is ASCII's in every locale, and other bytes stay as they are") {
  std::setlocale(LC_ALL, "tr_TR.UTF-8"); // where it exists, its i has no dot
  CHECK(lower("TITLE \xc3\x84 @[`{") == "title \xc3\x84 @[`{");
  CHECK(upper("title \xc3\xa4 @[`{") == "TITLE \xc3\xa4 @[`{");
  CHECK(equals_ignoring_case("Content-TYPE", "content-type"));
  CHECK_FALSE(equals_ignoring_case("content-type", "content-typ"));
  CHECK_FALSE(equals_ignoring_case("@", "`"));
  CHECK(starts_with_ignoring_case("Bearer x", "bearer "));
  CHECK_FALSE(starts_with_ignoring_case("Bear", "bearer "));
  std::setlocale(LC_ALL, "C");
}

TEST_CASE("trimming takes from both ends only, and all of a text that is nothing else") {
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim(" \n ") == "");
  CHECK(trim("") == "");
  CHECK(trim("/a/b/", "/") == "a/b");
}

TEST_CASE("splitting keeps empty parts, words are those that are not empty, and joining undoes splitting") {
  CHECK(split("a,,b,", ',') == std::vector<std::string>{"a", "", "b", ""});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(split_words("  a  b ") == std::vector<std::string>{"a", "b"});
  CHECK(split_words("").empty());
  CHECK(join(split("a,,b,", ','), ",") == "a,,b,");
  CHECK(join({}, ", ") == "");
  CHECK(join({"one", "two"}, ", ") == "one, two");
}

TEST_CASE("text is quoted and padded, never cut") {
  CHECK(quote("name") == "\"name\"");
  CHECK(quote("", '\'') == "''");
  CHECK(pad_right("ab", 4) == "ab  ");
  CHECK(pad_left("ab", 4) == "  ab");
  CHECK(pad_right("abcde", 4) == "abcde");
  CHECK(pad_left("abcde", 4) == "abcde");
}
