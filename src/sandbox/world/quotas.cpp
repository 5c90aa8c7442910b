#include "sandbox/world/quotas.hpp"

#include "sandbox/world/account.hpp"
#include "sandbox/world/moment.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <sstream>

namespace chutes::sandbox {
namespace {

constexpr std::chrono::minutes repeat_window{15};
constexpr double repeat_units = 0.1;

Instant midnight(Instant now) {
  return std::chrono::floor<std::chrono::days>(now);
}

std::string dollars(double amount) {
  std::ostringstream text;
  text << amount;
  return text.str();
}

bool subscription_used_up(const Json& subscription) {
  if (!bool_field(subscription, "subscription").value_or(false))
    return false;
  for (const char* window : {"four_hour", "monthly"})
    if (const Json* found = find_field(subscription, window))
      if (number_field(*found, "remaining").value_or(1) <= 0)
        return true;
  return false;
}

Json quota_refusal(double balance, const std::string& payment_address, const QuotaState& quota, Instant now) {
  Json detail{{"message", "Quota exceeded and account balance is $" + dollars(balance) +
                              ", please pay with fiat or send tao to " + payment_address}};
  if (quota.total && *quota.total > 0)
    detail["quota_reset_timestamp"] = time_with_offset(next_midnight(now));
  return detail;
}

} // namespace

void InvocationLedger::record(const Invocation& invocation) {
  const std::lock_guard lock{m_mutex};
  m_invocations.push_back(invocation);
  const auto today = midnight(invocation.at);
  for (const auto& of : {invocation.user_id, invocation.user_id + "\n" + invocation.chute_id}) {
    auto& day = m_days[of];
    day.units = (day.begin == today ? day.units : 0) + invocation.units;
    day.begin = today;
  }
}

std::vector<Invocation> InvocationLedger::of_user(std::string_view user_id) const {
  const std::lock_guard lock{m_mutex};
  std::vector<Invocation> found;
  std::copy_if(m_invocations.begin(), m_invocations.end(), std::back_inserter(found),
               [user_id](const Invocation& invocation) { return invocation.user_id == user_id; });
  return found;
}

double InvocationLedger::units_today(std::string_view user_id, std::string_view chute_id, Instant now) const {
  const std::lock_guard lock{m_mutex};
  std::string of{user_id};
  if (!chute_id.empty())
    of.append("\n").append(chute_id);
  const auto day = m_days.find(of);
  return day != m_days.end() && day->second.begin == midnight(now) ? day->second.units : 0;
}

double InvocationLedger::units_of(const std::string& user_id, const std::string& body, Instant now) {
  const std::lock_guard lock{m_mutex};
  const auto [seen, is_new] = m_seen.try_emplace(user_id + "\n" + body, now);
  if (is_new)
    return 1;
  const bool repeated = now - seen->second <= repeat_window;
  seen->second = now;
  return repeated ? repeat_units : 1;
}

std::optional<std::int64_t> quota_of(const Json& quotas, std::string_view chute_id) {
  if (quotas.is_object()) {
    if (quotas.empty())
      return std::nullopt;
    const auto own = integer_field(quotas, chute_id);
    return own ? own : std::optional{integer_field(quotas, "*").value_or(0)};
  }
  std::int64_t general = 0;
  for (const auto& row : quotas) {
    const auto row_chute = string_field(row, "chute_id");
    if (row_chute == chute_id)
      return integer_field(row, "quota").value_or(0);
    if (row_chute == "*")
      general = integer_field(row, "quota").value_or(0);
  }
  return general;
}

std::optional<Json> payment_refusal(const Json& settings, const std::string& payment_address,
                                    const QuotaState& quota, bool tee, Instant now) {
  const double balance = account_balance(settings);
  if (balance > 0 || !quota.total)
    return std::nullopt;
  const Json subscription = subscription_usage(settings, now);
  if (tee && !bool_field(subscription, "subscription").value_or(false))
    return "TEE models require an active subscription or positive balance.";
  if (subscription_used_up(subscription))
    return "Subscription usage cap exceeded. Please add balance to continue.";
  if (quota.exceeded())
    return quota_refusal(balance, payment_address, quota, now);
  return std::nullopt;
}

Instant next_midnight(Instant now) {
  return midnight(now) + std::chrono::days{1};
}

} // namespace chutes::sandbox
