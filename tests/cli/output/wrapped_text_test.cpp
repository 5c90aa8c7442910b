#include "cli/output/wrapped_text.hpp"

#include <doctest/doctest.h>

using namespace chutes::cli;

TEST_CASE("text is laid out in lines that fit, and a word that does not fit gets its own line") {
  CHECK(wrapped("one two three", 7, 0) == "one two\nthree\n");
  CHECK(wrapped("one two three", 9, 2) == "  one two\n  three\n");
  CHECK(wrapped("a https://api.chutes.ai b", 10, 0) == "a\nhttps://api.chutes.ai\nb\n");
  CHECK(wrapped("äöü äöü", 7, 0) == "äöü äöü\n");
  CHECK(wrapped("", 10, 4).empty());
}

TEST_CASE("meanings are beside their names in one column, or below them if there is no room") {
  const Explained rows{{"-q", "Be quiet"},
                       {"--profile NAME", "Which stored session is used by this command"}};
  CHECK(explained_lines(rows, 56) == "  -q              Be quiet\n"
                                     "  --profile NAME  Which stored session is used by this\n"
                                     "                  command\n");
  CHECK(explained_lines(rows, 30) == "  -q\n"
                                     "      Be quiet\n"
                                     "  --profile NAME\n"
                                     "      Which stored session is\n"
                                     "      used by this command\n");
  CHECK(explained_lines({{"a", "First"}}, 60, 10) == "  a           First\n");
}
