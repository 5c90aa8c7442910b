#include "base/number_text.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace chutes;

TEST_CASE("a decimal has as many digits behind its point as asked for, rounded") {
  CHECK(decimal(1.5, 2) == "1.50");
  CHECK(decimal(2.567, 1) == "2.6");
  CHECK(decimal(80.4, 0) == "80");
  CHECK(decimal(-0.25, 3) == "-0.250");
  CHECK(decimal(std::numeric_limits<double>::max(), 2).size() == 312);
}

TEST_CASE("a short decimal has no zeros at its end") {
  CHECK(short_decimal(75.1) == "75.1");
  CHECK(short_decimal(300) == "300");
  CHECK(short_decimal(0) == "0");
  CHECK(short_decimal(1.0 / 3, 2) == "0.33");
  CHECK(short_decimal(120, 0) == "120");
}

TEST_CASE("money has two digits, its sign in front, and no negative nothing") {
  CHECK(usd(12.345) == "$12.35");
  CHECK(usd(-0.5) == "-$0.50");
  CHECK(usd(-0.001) == "$0.00");
  CHECK(usd(0) == "$0.00");
  CHECK(usd(0.000021, 6) == "$0.000021");
  CHECK(usd(-0.001, 4) == "-$0.0010");
}

TEST_CASE("sizes are bytes, KiB or MiB") {
  CHECK(size_text(0) == "0 bytes");
  CHECK(size_text(1023) == "1023 bytes");
  CHECK(size_text(1536) == "1.5 KiB");
  CHECK(size_text(300ULL << 20U) == "300.0 MiB");
}

TEST_CASE("a share is a whole number of percent between 0 and 100") {
  CHECK(percent(0.63) == "63 %");
  CHECK(percent(-1) == "0 %");
  CHECK(percent(17) == "100 %");
  CHECK(percent(std::nan("")) == "100 %");
}

TEST_CASE("a large count is shortened") {
  CHECK(short_count(0) == "0");
  CHECK(short_count(9999) == "9999");
  CHECK(short_count(12345) == "12.3k");
  CHECK(short_count(4500000) == "4.5M");
}

TEST_CASE("things are counted with their singular and plural") {
  CHECK(counted(1, "line") == "1 line");
  CHECK(counted(0, "line") == "0 lines");
  CHECK(counted(2, "retry", "retries") == "2 retries");
  CHECK(counted(1, "retry", "retries") == "1 retry");
}
