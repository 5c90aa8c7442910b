#include "cli/output/drawing.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;

TEST_CASE("the locale says whether the terminal shows UTF-8: LC_ALL before LC_CTYPE before LANG") {
  CHECK(shows_utf8(Environment{}));
  CHECK(shows_utf8(Environment{{{"LANG", "de_DE.UTF-8"}}}));
  CHECK(shows_utf8(Environment{{{"LC_ALL", "C.utf8"}, {"LANG", "C"}}}));
  CHECK_FALSE(shows_utf8(Environment{{{"LC_ALL", "C"}, {"LANG", "de_DE.UTF-8"}}}));
  CHECK_FALSE(shows_utf8(Environment{{{"LC_CTYPE", "de_DE.ISO-8859-1"}}}));
  CHECK(shows_utf8(Environment{{{"LC_ALL", ""}, {"LC_CTYPE", "en_US.UTF-8"}}}));
}

TEST_CASE("bars are drawn in ASCII where the terminal does not show UTF-8, and nothing else changes") {
  const Environment plain{{{"LC_ALL", "C"}}};
  CHECK(drawn("[██░░] 50 % für Ada\n", plain) == "[##--] 50 % für Ada\n");
  CHECK(drawn("[██░░] 50 %", Environment{}) == "[██░░] 50 %");
}
