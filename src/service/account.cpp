#include "service/account.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

std::vector<Quota> read_quotas(const Json& quotas) {
  std::vector<Quota> rows;
  if (quotas.is_array())
    for (const auto& row : quotas)
      rows.push_back({string_field(row, "chute_id").value_or("*"), number_field(row, "quota")});
  if (quotas.is_object())
    for (const auto& item : quotas.items())
      rows.push_back({item.key(), number_field(quotas, item.key())});
  return rows;
}

void read_window(const Json& subscription, const char* field, const char* name,
                 std::vector<UsageWindow>& windows) {
  const Json* window = find_field(subscription, field);
  if (window == nullptr || !window->is_object())
    return;
  const auto usage = number_field(*window, "usage");
  const auto cap = number_field(*window, "cap");
  if (!usage || !cap) // {"uncapped": true}
    return;
  const auto reset_text = string_field(*window, "reset_at");
  windows.push_back({name, *usage, *cap, reset_text ? parse_time(*reset_text) : std::nullopt});
}

} // namespace

Balance read_balance(const Json& account, const Json& quotas, const Json& subscription) {
  Balance balance;
  balance.usd = number_field(account, "balance");
  balance.payment_address = string_field(account, "payment_address").value_or("");
  balance.quotas = read_quotas(quotas);
  if (bool_field(subscription, "subscription").value_or(false)) {
    balance.monthly_price = number_field(subscription, "monthly_price");
    read_window(subscription, "four_hour", "4 hours", balance.windows);
    read_window(subscription, "monthly", "month", balance.windows);
  }
  return balance;
}

} // namespace chutes::service
