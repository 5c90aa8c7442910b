// Numbers of JSON documents, exactly: 0.1 is a tenth, 1.0 and 1e2 are integers, and 23 digits are 23 digits.
#pragma once

#include "base/json_fields.hpp"

#include <compare>
#include <optional>
#include <string>

namespace chutes::service {

struct Decimal { // digits * 10^exponent
  bool negative = false;
  std::string digits; // without zeros at either end; empty for zero
  long exponent = 0;

  bool operator==(const Decimal&) const = default;
};

// `number` must be a number (is_number).
[[nodiscard]] Decimal decimal_of(const Json& number);

[[nodiscard]] std::strong_ordering compare(const Decimal& left, const Decimal& right);
[[nodiscard]] bool is_integer(const Decimal& number);
// Absent if that cannot be told: `divisor` is not above zero, or has more than 18 digits. A fraction of 16
// and more digits, which a binary one has (0.30000000000000004), counts as the decimal one next to it.
[[nodiscard]] std::optional<bool> is_multiple(const Decimal& number, const Decimal& divisor);

} // namespace chutes::service
