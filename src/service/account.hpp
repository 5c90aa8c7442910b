// The account's balance, quotas and subscription windows, read from every form in which the service gives
// them.
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
  std::optional<double> amount; // free requests a day, 0: pay as you go; absent: unlimited or unknown
  std::optional<double> used;   // of them today, in fractions (a repeat counts a tenth); absent: unknown

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

// `quotas` may be an array of rows, a map of chute to amount, or {}; `quota_usage` maps a chute to the answer
// of /quota_usage; `subscription` is false or holds the windows. Each may be null if the token does not give
// access to it. Members that are missing or have an unexpected type are left out.
[[nodiscard]] Balance read_balance(const Json& account, const Json& quotas, const Json& quota_usage,
                                   const Json& subscription);

// Returns the chutes in `quotas` for which the service can report usage: at most `most`, rows of 0 left out.
[[nodiscard]] std::vector<std::string> counted_chutes(const Json& quotas, std::size_t most);

} // namespace chutes::service
