#include "base/terminal_text.hpp"
#include "cli/output/gauge.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

using namespace chutes;
using namespace chutes::cli;

TEST_CASE("a gauge shows a share as a bar and a number, whatever the share") {
  CHECK(gauge(0.63, 10) == "[██████░░░░] 63 %");
  CHECK(gauge(0, 4) == "[░░░░] 0 %");
  CHECK(gauge(1, 4) == "[████] 100 %");
  CHECK(gauge(17, 4) == "[████] 100 %");
  CHECK(gauge(-1, 4) == "[░░░░] 0 %");
  CHECK(gauge(std::nan(""), 4) == "[████] 100 %");
}

TEST_CASE("no line with a gauge is wider than the terminal, as long as its words fit") {
  const std::vector<GaugeRow> rows{{"used in 4 hours", 0.5, "$1.00 of $2.00, resets in 59 minutes"},
                                   {"quota", 1.0, "all chutes: 300 of 300 free requests today"},
                                   {"balance", {}, "$1.00"}};
  for (int columns = 75; columns < 200; ++columns) {
    std::istringstream lines{gauge_lines(rows, columns)};
    for (std::string line; std::getline(lines, line);)
      CHECK_MESSAGE(display_width(line) <= static_cast<std::size_t>(columns), line);
  }
}
