#include "sandbox/world/account.hpp"

#include "sandbox/world/catalogue.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace chutes::sandbox {
namespace {

using namespace std::chrono;

constexpr double default_balance = 12.34;
constexpr std::int64_t default_quota = 2000;
constexpr double default_price = 10.0; // of the subscription, per month
constexpr std::string_view base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

// An address of the form the Bittensor chain uses (SS58, 48 characters), without its checksum.
std::string generated_address(std::string_view seed) {
  constexpr std::size_t length = 48;
  std::uint64_t state = 88172645463325252ULL;
  for (const char c : seed)
    state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::string address = "5";
  while (address.size() < length) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    address += base58[(state >> 33U) % base58.size()];
  }
  return address;
}

Json setting_or(const Json& settings, std::string_view name, const Json& otherwise) {
  const Json* found = find_field(settings, name);
  return found == nullptr ? otherwise : *found;
}

Json usage_window(double usage, double cap, Instant reset) {
  return {{"usage", usage}, {"cap", cap}, {"remaining", cap - usage}, {"reset_at", time_with_offset(reset)}};
}

Instant month_begin(Instant now, months later) {
  const year_month_day today{floor<days>(now)};
  return sys_days{(today.year() / today.month() + later) / day{1}};
}

Instant next_four_hours(Instant now) {
  using four_hours = duration<int, std::ratio<14'400>>;
  return floor<four_hours>(now) + four_hours{1};
}

struct Bucket {
  double amount = 0;
  std::uint64_t count = 0;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
};
// Newest first, then by chute.
using Buckets = std::map<std::pair<Instant, std::string>, Bucket, std::greater<>>;

void add(Buckets& buckets, Instant hour, const std::string& chute_id, const Bucket& more) {
  Bucket& bucket = buckets[{hour, chute_id}];
  bucket.amount += more.amount;
  bucket.count += more.count;
  bucket.input_tokens += more.input_tokens;
  bucket.output_tokens += more.output_tokens;
}

// The same working week for every user: two models, busy by day and idle at night.
void add_generated_week(Buckets& buckets, Instant now) {
  const auto chutes = public_chutes();
  const Instant this_hour = floor<hours>(now);
  for (int back = 1; back <= 7 * 24; ++back) {
    const Instant hour = this_hour - hours{back};
    const auto of_day = static_cast<std::uint64_t>((hour - floor<days>(hour)) / hours{1});
    if (of_day < 7 || of_day > 20)
      continue;
    const auto& chute = chutes[of_day % 2];
    const std::uint64_t count = 3 + of_day * 7 % 11;
    const std::uint64_t input = count * 850;
    const std::uint64_t output = count * 320;
    const double amount = (static_cast<double>(input) * chute.model->input_price +
                           static_cast<double>(output) * chute.model->output_price) /
                          1e6;
    add(buckets, hour, chute.chute_id, {amount, count, input, output});
  }
}

void add_setting(Buckets& buckets, const Json& rows) {
  const auto count = [](const Json& row, std::string_view name) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer_field(row, name).value_or(0)));
  };
  for (const auto& row : rows)
    if (const auto hour = parse_time(string_field(row, "bucket").value_or("")))
      add(buckets, *hour, string_field(row, "chute_id").value_or(""),
          {number_field(row, "amount").value_or(0), count(row, "count"), count(row, "input_tokens"),
           count(row, "output_tokens")});
}

Buckets all_buckets(const Json& settings, const AccountHolder& holder, const InvocationLedger& ledger,
                    Instant now) {
  Buckets buckets;
  if (const Json* rows = find_field(settings, "usage"))
    add_setting(buckets, *rows);
  else
    add_generated_week(buckets, now);
  for (const auto& one : ledger.of_user(holder.user_id))
    add(buckets, floor<hours>(one.at), one.chute_id, {one.amount, 1, one.input_tokens, one.output_tokens});
  return buckets;
}

bool matches(const UsageQuery& query, Instant hour, const std::string& chute_id) {
  return (query.chute_id.empty() || query.chute_id == chute_id) && (!query.start || hour >= *query.start) &&
         (!query.end || hour <= *query.end);
}

// A permission of an account: its bit, and what /users/me says of it.
struct Permission {
  int bit;
  const char* description;
};
constexpr Permission free_account{1 << 4, "Free invocation -- run anything, for free."};
constexpr Permission unlimited_dev{1 << 7, "Unlimited dev activity."};

struct Permissions {
  int bits = 0;
  Json descriptions = Json::array();

  void add(const Permission& permission) {
    bits |= permission.bit;
    descriptions.push_back(permission.description);
  }
};

Permissions permissions_of(const AccountHolder& holder, const Json& settings) {
  Permissions granted;
  const Json* quotas = find_field(settings, "quotas");
  if (quotas != nullptr && quotas->is_object() && quotas->empty())
    granted.add(free_account);
  if (std::find(holder.roles.begin(), holder.roles.end(), "unlimited_dev") != holder.roles.end())
    granted.add(unlimited_dev);
  return granted;
}

bool made_on_website(const Json& hotkey) {
  constexpr std::size_t digits = 48;
  const auto text = hotkey.is_string() ? hotkey.get<std::string>() : std::string{};
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

double account_balance(const Json& settings) {
  return number_field(settings, "balance").value_or(default_balance);
}

std::string payment_address(std::string_view user_id) {
  return generated_address("payment " + std::string{user_id});
}

std::optional<Json> account_facts(const AccountHolder& holder, const Json& settings) {
  const Json hotkey = setting_or(settings, "hotkey", generated_address("hotkey " + holder.user_id));
  if (hotkey.is_null())
    return std::nullopt;
  const auto granted = permissions_of(holder, settings);
  return Json{{"username", holder.username},
              {"user_id", holder.user_id},
              {"logo_id", nullptr},
              {"logo", nullptr},
              {"created_at", moment_in_utc(holder.created_at)},
              {"hotkey", hotkey},
              {"coldkey", made_on_website(hotkey) ? payment_address(holder.user_id)
                                                  : generated_address("coldkey " + holder.user_id)},
              {"payment_address", payment_address(holder.user_id)},
              {"permissions_bitmask", granted.bits},
              {"permissions", granted.descriptions},
              {"balance", account_balance(settings)},
              {"netuids", nullptr},
              {"quotas", nullptr}};
}

Json account_quotas(const AccountHolder& holder, const Json& settings) {
  const Json row{{"user_id", holder.user_id},
                 {"chute_id", "*"},
                 {"quota", default_quota},
                 {"is_default", false},
                 {"payment_refresh_date", nullptr},
                 {"effective_date", naive_time(floor<seconds>(holder.created_at))},
                 {"updated_at", naive_moment(holder.created_at)}};
  return setting_or(settings, "quotas", Json::array({row}));
}

QuotaState quota_state(const AccountHolder& holder, const Json& settings, const InvocationLedger& ledger,
                       std::string_view chute_id, Instant now) {
  const std::string_view counted = chute_id == "*" ? std::string_view{} : chute_id;
  return {quota_of(account_quotas(holder, settings), chute_id),
          number_field(settings, "quota_used").value_or(0) +
              ledger.units_today(holder.user_id, counted, now)};
}

Json quota_usage(const QuotaState& state) {
  if (!state.total)
    return {{"quota", "unlimited"}, {"used", 0}};
  return {{"quota", *state.total}, {"used", state.used}};
}

Json subscription_usage(const Json& settings, Instant now) {
  constexpr double four_hour_cap = default_price / 180 * 75;
  constexpr double monthly_cap = default_price * 5;
  // The month of a plan begins at its anchor and ends a month later; the service never rolls it on.
  const Instant anchor = month_begin(now, months{0});
  const Json plan{{"subscription", true},
                  {"custom", false},
                  {"monthly_price", default_price},
                  {"anchor_date", naive_time(anchor)},
                  {"effective_date", naive_time(anchor)},
                  {"updated_at", naive_moment(anchor)},
                  {"four_hour", usage_window(1.25, four_hour_cap, next_four_hours(now))},
                  {"monthly", usage_window(11.5, monthly_cap, month_begin(now, months{1}))}};
  return setting_or(settings, "subscription", plan);
}

std::optional<Json> usage_page(const UsageQuery& query, const AccountHolder& holder, const Json& settings,
                               const InvocationLedger& ledger, Instant now) {
  Buckets found;
  for (const auto& [key, bucket] : all_buckets(settings, holder, ledger, now))
    if (matches(query, key.first, key.second))
      add(found, key.first, query.per_chute ? key.second : std::string{}, bucket);

  Json items = Json::array();
  for (const auto& [key, bucket] : found) {
    Json item{{"bucket", naive_time(key.first)},
              {"amount", bucket.amount},
              {"count", bucket.count},
              {"input_tokens", bucket.input_tokens},
              {"output_tokens", bucket.output_tokens}};
    if (query.per_chute)
      item["chute_id"] = key.second;
    items.push_back(std::move(item));
  }
  return page_of(items, query.page);
}

} // namespace chutes::sandbox
