// The answers of /users/me and the routes below it, as functions of the user's settings. The settings are a
// JSON object whose members replace the defaults (in brackets), so that a test or a state file can choose a
// variant:
//
//   balance            number, USD, may be negative (12.34)
//   hotkey             text, or null: then /users/me fails as the service does (a generated address).
//   Accounts
//                      made on the website have 48 hexadecimal digits, and the payment address as coldkey
//   quotas             array of rows, map like {"*":0}, or {} for an unlimited account (one row of 2000)
//   quota_used         number: units used today before the sandbox started (0)
//   subscription       what /users/me/subscription_usage answers (a 10 dollar plan with both windows)
//   discounts, price_overrides, usage   arrays, returned unchanged (empty, empty, a generated week)
#pragma once

#include "sandbox/world/moment.hpp"
#include "sandbox/world/page.hpp"
#include "sandbox/world/quotas.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

struct AccountHolder {
  std::string username;
  std::string user_id;
  Moment created_at;
  std::vector<std::string> roles;
};

[[nodiscard]] double account_balance(const Json& settings);
// Returns the deposit address, derived from the user id.
[[nodiscard]] std::string payment_address(std::string_view user_id);

// Returns the answer of GET /users/me; absent if the service fails with 500 because the account has no
// hotkey.
[[nodiscard]] std::optional<Json> account_facts(const AccountHolder& holder, const Json& settings);
[[nodiscard]] Json account_quotas(const AccountHolder& holder, const Json& settings);
[[nodiscard]] QuotaState quota_state(const AccountHolder& holder, const Json& settings,
                                     const InvocationLedger& ledger, std::string_view chute_id, Instant now);
[[nodiscard]] Json quota_usage(const QuotaState& state);
[[nodiscard]] Json subscription_usage(const Json& settings, Instant now);

// The parameters of GET /users/me/usage.
struct UsageQuery {
  PageQuery page;
  bool per_chute = false;
  std::string chute_id;
  std::optional<Instant> start;
  std::optional<Instant> end;
};
// Returns the page of hourly buckets, newest first: those of the settings or of the generated week, and of
// the ledger. Absent if the database refuses the page (500).
[[nodiscard]] std::optional<Json> usage_page(const UsageQuery& query, const AccountHolder& holder,
                                             const Json& settings, const InvocationLedger& ledger,
                                             Instant now);

} // namespace chutes::sandbox
