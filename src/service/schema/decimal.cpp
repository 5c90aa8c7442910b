#include "service/schema/decimal.hpp"

#include "base/ascii.hpp"
#include "base/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace chutes::service {
namespace {

constexpr long farthest = 1'000'000'000'000; // an exponent; a farther one counts as this

long exponent_in(std::string_view text) {
  if (text.starts_with('+'))
    text.remove_prefix(1);
  long exponent = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (result.ec == std::errc::result_out_of_range)
    return text.starts_with('-') ? -farthest : farthest;
  return std::clamp(exponent, -farthest, farthest);
}

void trim_zeros(Decimal& number) {
  const auto last = number.digits.find_last_not_of('0');
  const auto kept = last == std::string::npos ? 0 : last + 1;
  number.exponent += static_cast<long>(number.digits.size() - kept);
  number.digits.resize(kept);
  number.digits.erase(0, number.digits.find_first_not_of('0'));
  if (number.digits.empty())
    number = {};
}

// The nearest number of 15 digits.
Decimal rounded(Decimal number) {
  constexpr std::size_t exact = 15; // decimal digits that each double keeps
  if (number.digits.size() <= exact || number.exponent >= 0)
    return number;
  const bool up = number.digits[exact] >= '5';
  number.exponent += static_cast<long>(number.digits.size() - exact);
  number.digits.resize(exact);
  auto digit = number.digits.rbegin();
  for (bool carry = up; carry && digit != number.digits.rend(); ++digit) {
    carry = *digit == '9';
    *digit = carry ? '0' : static_cast<char>(*digit + 1);
  }
  if (up && digit == number.digits.rend() && number.digits.front() == '0')
    number.digits.insert(0, 1, '1');
  trim_zeros(number);
  return number;
}

long magnitude(const Decimal& number) {
  return static_cast<long>(number.digits.size()) + number.exponent;
}

} // namespace

Decimal decimal_of(const Json& number) {
  const auto text = number_text(number);
  const auto end = std::min(text.find_first_of("eE"), text.size());
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  const auto point = std::min(text.find('.'), end);
  std::copy_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end),
               std::back_inserter(decimal.digits), is_digit);
  decimal.exponent = end < text.size() ? exponent_in(std::string_view{text}.substr(end + 1)) : 0;
  if (point < end)
    decimal.exponent -= static_cast<long>(end - point - 1);
  trim_zeros(decimal);
  return decimal;
}

std::strong_ordering compare(const Decimal& left, const Decimal& right) {
  if (left.negative != right.negative)
    return left.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  if (left.negative)
    return compare({false, right.digits, right.exponent}, {false, left.digits, left.exponent});
  if (left.digits.empty() || right.digits.empty())
    return left.digits.size() <=> right.digits.size();
  if (const auto order = magnitude(left) <=> magnitude(right); order != std::strong_ordering::equal)
    return order;
  return left.digits.compare(right.digits) <=> 0;
}

bool is_integer(const Decimal& number) {
  return number.exponent >= 0;
}

std::optional<bool> is_multiple(const Decimal& number, const Decimal& divisor) {
  constexpr std::size_t most_digits = 18;
  constexpr long most_zeros = 10'000;
  if (divisor.negative || divisor.digits.empty() || divisor.digits.size() > most_digits)
    return std::nullopt;
  const auto exact = rounded(number);
  if (exact.digits.empty())
    return true;
  const long zeros = exact.exponent - divisor.exponent;
  if (zeros < 0) // the digits would have to end in as many zeros, and they have none
    return false;
  if (zeros > most_zeros)
    return std::nullopt;
  const auto modulus = std::stoull(divisor.digits);
  unsigned long long rest = 0; // below 10^18, so that ten times as much fits
  const auto append = [&](char digit) { rest = (rest * 10 + static_cast<unsigned>(digit - '0')) % modulus; };
  for (const char digit : exact.digits)
    append(digit);
  for (long i = 0; i < zeros; ++i)
    append('0');
  return rest == 0;
}

} // namespace chutes::service
