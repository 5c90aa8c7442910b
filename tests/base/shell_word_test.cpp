#include "base/shell_word.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("a quoted word is in single quotes, and a single quote in it outside of them") {
  CHECK(shell_quote("a b") == "'a b'");
  CHECK(shell_quote("it's") == "'it'\\''s'");
  CHECK(shell_quote("") == "''");
}

TEST_CASE("a word is quoted only if a shell would change or split it") {
  CHECK(shell_word("https://x.chutes.ai/y-1_2.z@3") == "https://x.chutes.ai/y-1_2.z@3");
  CHECK(shell_word("$HOME") == "'$HOME'");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("caf\xC3\xA9") == "'caf\xC3\xA9'");
}
