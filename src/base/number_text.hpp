// Numbers as text, whatever the locale: decimals, money, sizes, shares and counts.
#pragma once

#include <cstdint>
#include <string>

namespace chutes {

// `number` rounded to `digits` digits behind the point: "1.50".
[[nodiscard]] std::string decimal(double number, int digits);
// The same without zeros at its end: "75.1", "300".
[[nodiscard]] std::string short_decimal(double number, int most_digits = 6);

// US dollars: "$12.34", "-$0.50". An amount that rounds to nothing has no sign.
[[nodiscard]] std::string usd(double amount, int digits = 2);

// A number of bytes: "512 bytes", "1.5 KiB", "300.0 MiB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);

// A share between 0 and 1, rounded: "63 %". What lies outside is taken as the nearer end, not-a-number as 1.
[[nodiscard]] std::string percent(double share);

// A count in few characters: "9876", "12.3k", "4.5M".
[[nodiscard]] std::string short_count(std::int64_t count);

// A number of things: "1 line", "3 lines". `plural` is given where it is not `thing` and an s.
[[nodiscard]] std::string counted(std::uint64_t count, const std::string& thing,
                                  const std::string& plural = {});

} // namespace chutes
