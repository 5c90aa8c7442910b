// The account in the service's words: balance, quotas and subscription windows, read from every shape the
// service gives them in.
#pragma once

#include "base/json_fields.hpp"
#include "base/time_text.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

struct Quota {
  std::string chute; // "*": every chute
  bool unlimited = false;
  std::optional<double> amount; // free requests a day, 0: pay as you go; absent: unlimited, or not told
  std::optional<double> used;   // of them today, in fractions (repeats count a tenth); absent: not known

  friend bool operator==(const Quota&, const Quota&) = default;
};

struct UsageWindow {
  std::string name;           // "4 hours", "month"
  std::optional<double> used; // USD
  std::optional<double> cap;  // USD; absent: not capped
  std::optional<Instant> reset_at;

  friend bool operator==(const UsageWindow&, const UsageWindow&) = default;
};

struct Balance {
  std::optional<double> usd;   // may be negative
  std::string payment_address; // empty if there is none
  std::vector<Quota> quotas;
  std::vector<UsageWindow> windows;
  std::optional<double> monthly_price; // of a subscription, USD; absent without one

  friend bool operator==(const Balance&, const Balance&) = default;
};

// `quotas` may be an array of rows, a map of chute to amount, or {}; `quota_usage` is a map of chute to what
// /quota_usage says of it; `subscription` says false or holds the windows. Each may be null: the token may
// not see it. What is missing or of another type than expected is left out.
[[nodiscard]] Balance read_balance(const Json& account, const Json& quotas, const Json& quota_usage,
                                   const Json& subscription);

// The chutes named in `quotas` whose use of it the service can tell: at most `most`, rows of 0 left out.
[[nodiscard]] std::vector<std::string> counted_chutes(const Json& quotas, std::size_t most);

} // namespace chutes::service
