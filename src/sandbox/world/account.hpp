// What the service says of an account: /users/me and the routes below it, as pure functions of the user's
// settings. The settings are a JSON object; each member replaces a default, so that a test or a state file
// chooses the variant:
//
//   balance            number, USD, may be negative (12.34)
//   hotkey             text, or null: then /users/me fails as the service does (a made-up address)
//   quotas             array of rows, map like {"*":0}, or {} for an unlimited account (one row of 2000)
//   quota_used         number: units used today before the sandbox started (0)
//   subscription       what /users/me/subscription_usage answers (a 10 dollar plan with both windows)
//   discounts, price_overrides, usage   arrays, answered as they stand (empty, empty, a made-up week)
#pragma once

#include "sandbox/world/quotas.hpp"

#include <string>
#include <string_view>

namespace chutes::sandbox {

struct AccountHolder {
  std::string username;
  std::string user_id;
  Instant created_at;
};

[[nodiscard]] double account_balance(const Json& settings);
// The deposit address, made up from the user id but always the same.
[[nodiscard]] std::string payment_address(std::string_view user_id);

// GET /users/me; absent where the service fails with a 500, because the account has no hotkey.
[[nodiscard]] std::optional<Json> account_facts(const AccountHolder& holder, const Json& settings);
[[nodiscard]] Json account_quotas(const AccountHolder& holder, const Json& settings);
[[nodiscard]] QuotaState quota_state(const AccountHolder& holder, const Json& settings,
                                     const InvocationLedger& ledger, std::string_view chute_id, Instant now);
[[nodiscard]] Json quota_usage(const QuotaState& state);
[[nodiscard]] Json subscription_usage(const Json& settings, Instant now);

// GET /users/me/usage as asked for.
struct UsageQuery {
  std::size_t page = 0;
  std::size_t limit = 24;
  bool per_chute = false;
  std::string chute_id;
  std::optional<Instant> start;
  std::optional<Instant> end;
};
// The page of hour buckets, newest first: the settings' or the made-up week, and what the ledger knows.
[[nodiscard]] Json usage_page(const UsageQuery& query, const AccountHolder& holder, const Json& settings,
                              const InvocationLedger& ledger, Instant now);

} // namespace chutes::sandbox
