#include "service/account.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

// A quota is a number, "unlimited" or absent.
Quota read_quota(std::string chute, const Json& holder, std::string_view field) {
  Quota quota{std::move(chute), false, number_field(holder, field), std::nullopt};
  quota.unlimited = !quota.amount && string_field(holder, field) == "unlimited";
  return quota;
}

std::vector<Quota> read_quotas(const Json& quotas) {
  std::vector<Quota> rows;
  if (quotas.is_array())
    for (const auto& row : quotas)
      if (row.is_object())
        rows.push_back(read_quota(string_field(row, "chute_id").value_or("*"), row, "quota"));
  if (quotas.is_object())
    for (const auto& item : quotas.items())
      rows.push_back(read_quota(item.key(), quotas, item.key()));
  return rows;
}

void add_usage(const Json& quota_usage, Quota& quota) {
  const Json* usage = find_field(quota_usage, quota.chute);
  if (usage == nullptr)
    return;
  quota.used = number_field(*usage, "used");
  quota.unlimited = quota.unlimited || string_field(*usage, "quota") == "unlimited";
  if (quota.unlimited)
    quota.amount.reset();
}

void read_window(const Json& subscription, const char* field, const char* name,
                 std::vector<UsageWindow>& windows) {
  const Json* window = find_field(subscription, field);
  if (window == nullptr || !window->is_object())
    return;
  const auto reset_at = string_field(*window, "reset_at");
  UsageWindow read{name, number_field(*window, "usage"), number_field(*window, "cap"),
                   reset_at ? parse_time(*reset_at) : std::nullopt};
  const auto remaining = number_field(*window, "remaining");
  if (!read.used && read.cap && remaining)
    read.used = *read.cap - *remaining;
  if (read.used || read.cap || bool_field(*window, "uncapped").value_or(false))
    windows.push_back(std::move(read));
}

} // namespace

Balance read_balance(const Json& account, const Json& quotas, const Json& quota_usage,
                     const Json& subscription) {
  Balance balance;
  balance.usd = number_field(account, "balance");
  balance.payment_address = string_field(account, "payment_address").value_or("");
  balance.quotas = read_quotas(quotas);
  for (auto& quota : balance.quotas)
    add_usage(quota_usage, quota);
  if (bool_field(subscription, "subscription").value_or(false)) {
    balance.monthly_price = number_field(subscription, "monthly_price");
    read_window(subscription, "four_hour", "4 hours", balance.windows);
    read_window(subscription, "monthly", "month", balance.windows);
  }
  return balance;
}

std::vector<std::string> counted_chutes(const Json& quotas, std::size_t most) {
  std::vector<std::string> chutes;
  for (const auto& quota : read_quotas(quotas))
    if (chutes.size() < most && quota.amount.value_or(0) > 0)
      chutes.push_back(quota.chute);
  return chutes;
}

} // namespace chutes::service
