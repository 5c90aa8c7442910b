#include "cli/output/table.hpp"

#include <doctest/doctest.h>

using namespace chutes::cli;

namespace {

const std::vector<Column> heads{{"NAME"}, {"PRICE", true}, {"REST"}};
const std::vector<Row> rows{{"a", "1.50", "x y"}, {"東京", "10.25", ""}};

} // namespace

TEST_CASE("on a terminal a table is aligned by columns, wide characters counted as two") {
  CHECK(table_text(heads, rows, 80) == "NAME  PRICE  REST\n"
                                       "a      1.50  x y\n"
                                       "東京  10.25\n");
}

TEST_CASE("a line that is too long for the terminal is cut at a whole character") {
  CHECK(table_text(heads, rows, 10) == "NAME  PRIC\na      1.5\n東京  10.2\n");
  CHECK(table_text(heads, rows, 3) == "NAM\na  \n東\n");
}

TEST_CASE("on a narrow terminal the widest columns of text give room to the others") {
  const std::vector<Row> wide{{"deepseek-ai/DeepSeek-V3.2-TEE", "1.50", "tools and more of them"},
                              {"a", "10.25", "none"}};
  CHECK(table_text(heads, wide, 80) == "NAME                           PRICE  REST\n"
                                       "deepseek-ai/DeepSeek-V3.2-TEE   1.50  tools and more of them\n"
                                       "a                              10.25  none\n");
  CHECK(table_text(heads, wide, 36) == "NAME             PRICE  REST\n"
                                       "deepseek-ai/De…   1.50  tools and mo\n"
                                       "a                10.25  none\n");
  CHECK(table_text(heads, wide, 24) == "NAME          PRICE  RES\n"
                                       "deepseek-ai…   1.50  too\n"
                                       "a             10.25  non\n");
}

TEST_CASE("in a pipe the columns are separated by tabs, without headings") {
  CHECK(table_text(heads, rows, std::nullopt) == "a\t1.50\tx y\n東京\t10.25\t\n");
}

TEST_CASE("foreign text cannot break out of its line") {
  CHECK(table_text({{"A"}}, {{"one\ntwo\x1b[31m\tthree"}}, std::nullopt) == "one two three\n");
}
