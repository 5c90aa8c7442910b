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

TEST_CASE("command lines are split as a shell splits them, and at a separator outside of quotes") {
  using Lines = std::vector<std::vector<std::string>>;
  CHECK(split_command_lines("", ':') == Lines{});
  CHECK(split_command_lines(" \t: ", ':') == Lines{});
  CHECK(split_command_lines("firefox", ':') == Lines{{"firefox"}});
  CHECK(split_command_lines(" firefox  --new-window\t%s ", ':') == Lines{{"firefox", "--new-window", "%s"}});
  CHECK(split_command_lines("w3m:firefox -P x", ':') == Lines{{"w3m"}, {"firefox", "-P", "x"}});
  CHECK(split_command_lines("'/opt/My Browser/run' -P \"a b\"", ':') ==
        Lines{{"/opt/My Browser/run", "-P", "a b"}});
  CHECK(split_command_lines("/opt/My\\ Browser/run", ':') == Lines{{"/opt/My Browser/run"}});
  CHECK(split_command_lines("'a:b' c\\:d:e", ':') == Lines{{"a:b", "c:d"}, {"e"}});
  CHECK(split_command_lines("a'b c'\"d e\"f", ':') == Lines{{"ab cd ef"}});
  CHECK(split_command_lines("a '' \"\"", ':') == Lines{{"a", "", ""}});
  CHECK(split_command_lines(R"("a\"b" "c\\d" "e\f" 'g\h' i\j)", ':') ==
        Lines{{"a\"b", "c\\d", "e\\f", "g\\h", "ij"}});
  CHECK(split_command_lines("$HOME `id` $(id) ~ * %s;x", ':') ==
        Lines{{"$HOME", "`id`", "$(id)", "~", "*", "%s;x"}}); // nothing is expanded
}

TEST_CASE("a command line whose quote does not end is none") {
  using Lines = std::vector<std::vector<std::string>>;
  CHECK(split_command_lines("'firefox -P x", ':') == Lines{});
  CHECK(split_command_lines("firefox \"a", ':') == Lines{});
  CHECK(split_command_lines("firefox \\", ':') == Lines{});
  CHECK(split_command_lines("w3m:firefox 'a", ':') == Lines{{"w3m"}});
}
