#include "base/json_text.hpp"
#include "service/schema/decimal.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

Decimal decimal(const char* text) {
  return decimal_of(*parse_number(text));
}

std::optional<bool> multiple(const char* number, const char* divisor) {
  return is_multiple(decimal(number), decimal(divisor));
}

} // namespace

TEST_CASE("a number is an integer whatever its notation") {
  for (const char* text :
       {"0", "-0", "1.0", "1e2", "1.5e1", "100E-2", "12345678901234567890123", "1e400", "-7.000"})
    CHECK_MESSAGE(is_integer(decimal(text)), text);
  for (const char* text : {"0.5", "1e-1", "-1.25", "15e-1", "1e-400"})
    CHECK_MESSAGE(!is_integer(decimal(text)), text);
}

TEST_CASE("numbers are compared exactly") {
  const char* const ascending[] = {"-1e400",
                                   "-12345678901234567890124",
                                   "-12345678901234567890123",
                                   "-1.5",
                                   "-1",
                                   "0",
                                   "1e-400",
                                   "0.1",
                                   "0.10000000000000001",
                                   "0.2",
                                   "1",
                                   "1.5",
                                   "9",
                                   "10",
                                   "12345678901234567890123",
                                   "12345678901234567890124",
                                   "1e400"};
  for (std::size_t i = 0; i < std::size(ascending); ++i)
    for (std::size_t j = 0; j < std::size(ascending); ++j) {
      CAPTURE(ascending[i]);
      CAPTURE(ascending[j]);
      CHECK(compare(decimal(ascending[i]), decimal(ascending[j])) == (i <=> j));
    }
  CHECK(compare(decimal("1.0"), decimal("1e0")) == 0);
  CHECK(compare(decimal("-0"), decimal("0.00")) == 0);
}

TEST_CASE("multiples are found in decimals, and binary fractions next to one count as it") {
  CHECK(multiple("19.99", "0.01") == true);
  CHECK(multiple("4.35", "0.01") == true);
  CHECK(multiple("0.3", "0.1") == true);
  CHECK(multiple("0.30000000000000004", "0.1") == true);
  CHECK(multiple("2.9999999999999996", "1") == true);
  CHECK(multiple("9.9999999999999999", "0.1") == true);
  CHECK(multiple("1024", "64") == true);
  CHECK(multiple("1e308", "0.5") == true);
  CHECK(multiple("0", "0.7") == true);
  CHECK(multiple("12345678901234567890123", "3") == true);
  CHECK(multiple("12345678901234567890124", "3") == false);
  CHECK(multiple("1e308", "0.123456789") == false);
  CHECK(multiple("0.00751", "0.0001") == false);
  CHECK(multiple("19.995", "0.01") == false);
  CHECK(multiple("1", "1e300") == false);
  for (const char* divisor : {"0", "-1", "1234567890123456789"})
    CHECK_MESSAGE(!multiple("1", divisor), divisor);
}
