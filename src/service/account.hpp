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
  std::string chute;            // "*": every chute
  std::optional<double> amount; // free requests a day; absent: unlimited
};

struct UsageWindow {
  std::string name; // "4 hours", "month"
  double usage = 0; // USD
  double cap = 0;   // USD
  std::optional<Instant> reset_at;
};

struct Balance {
  std::optional<double> usd;   // may be negative
  std::string payment_address; // empty if there is none
  std::vector<Quota> quotas;
  std::vector<UsageWindow> windows;
  std::optional<double> monthly_price; // of a subscription, USD; absent without one
};

// `quotas` may be an array of rows, a map of chute to amount, or {}; `subscription` says false or holds the
// windows. Either may be null: the token may not see it.
[[nodiscard]] Balance read_balance(const Json& account, const Json& quotas, const Json& subscription);

} // namespace chutes::service
