// `balance`: the account's money and quotas, as gauges on a terminal, plain lines in a pipe, and the
// service's own fields in JSON. Leaves out what the token may not see.
#include "base/error.hpp"
#include "base/form.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "cli/account/usage_chart.hpp"
#include "cli/command/command.hpp"
#include "cli/output/drawing.hpp"
#include "cli/output/gauge.hpp"
#include "cli/output/table.hpp"
#include "service/account.hpp"
#include "service/bearer.hpp"
#include "service/paged_list.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::size_t page_size = 1000; // usage items

struct BalanceOptions {
  std::optional<std::string> usage; // a period
};

constexpr const char* footer = R"(Examples:
  chutes-login balance
  chutes-login balance --json | jq .balance
  chutes-login balance --usage        # the last seven days
  chutes-login balance --usage=24h
)";

void declare(OptionDeclarer& declarer, BalanceOptions& options) {
  declarer.optional_value("--usage", options.usage, "7d", "PERIOD",
                          "Show spend and tokens over a period instead, such as 24h (default: 7d)");
}

HttpResponse fetch(const std::string& path, Context& context) {
  const Url url = context.endpoints.api.with_path_added(path);
  return context.with_token(url, [&](const Secret& token) {
    return context.platform.http.send(service::bearer_request(url, token, context.endpoints));
  });
}

Json account(Context& context) {
  const auto response = fetch("/users/me", context);
  if (response.status != 200)
    throw service::service_error(response, "show the balance", "profile");
  auto document = parse_json(response.body);
  if (!document || !document->is_object())
    throw Error{ErrorKind::service, "the service did not answer with a JSON object", "try again"}.with_status(
        response.status);
  return std::move(*document);
}

// Null if the token may not see it; or if it cannot be read, which is said with its name, `what`.
Json optional_part(const std::string& path, const std::string& what, Context& context) {
  const auto response = fetch(path, context);
  auto document = response.status == 200 ? parse_json(response.body) : std::nullopt;
  if (response.status == 200 && !document)
    context.notice("The " + what + " could not be read: the service did not answer with JSON.");
  else if (response.status != 200 && response.status != 403)
    context.notice("The " + what + " could not be read: " +
                   context.explained(service::service_error(response, "show the " + what)).what() + ".");
  return document ? std::move(*document) : Json(nullptr);
}

// How much of each counted quota is used: the service's document by chute.
Json quota_usage(const Json& quotas, Context& context) {
  constexpr std::size_t most_asked = 4; // one request each
  Json usage = Json::object();
  for (const auto& chute : service::counted_chutes(quotas, most_asked))
    usage[chute] =
        optional_part("/users/me/quota_usage/" + percent_encode(chute), "use of the quota", context);
  return usage;
}

GaugeRow quota_row(const service::Quota& quota) {
  const std::string name = quota.chute == "*" ? "all chutes: " : one_line(quota.chute, 60) + ": ";
  if (quota.unlimited)
    return {"quota", std::nullopt, name + "unlimited"};
  if (!quota.amount)
    return {"quota", std::nullopt, name + "unknown"};
  if (*quota.amount <= 0)
    return {"quota", std::nullopt, name + "no free requests, pay as you go"};
  if (!quota.used)
    return {"quota", std::nullopt, name + short_decimal(*quota.amount) + " free requests per day"};
  return {"quota", *quota.used / *quota.amount,
          name + short_decimal(*quota.used) + " of " + short_decimal(*quota.amount) + " free requests today"};
}

// A window that is over says so: the service goes on to name the last one of a subscription that has lapsed.
GaugeRow window_row(const service::UsageWindow& window, Instant now) {
  GaugeRow row{"used in " + window.name, std::nullopt, window.used ? usd(*window.used) : "unknown"};
  if (window.cap)
    row.text += " of " + usd(*window.cap);
  else
    row.text += ", no cap";
  const bool is_over = window.reset_at && *window.reset_at < now;
  if (window.used && window.cap && !is_over)
    row.share = *window.cap > 0 ? *window.used / *window.cap : 1.0;
  if (window.reset_at)
    row.text += (is_over ? ", ended " : ", resets ") + relative_time(*window.reset_at, now);
  return row;
}

std::vector<GaugeRow> balance_rows(const service::Balance& balance, Instant now) {
  std::vector<GaugeRow> rows{{"balance", std::nullopt, balance.usd ? usd(*balance.usd) : "unknown"}};
  if (!balance.payment_address.empty())
    rows.push_back({"deposit to", std::nullopt, one_line(balance.payment_address, 100)});
  if (balance.monthly_price)
    rows.push_back({"subscription", std::nullopt, usd(*balance.monthly_price) + " a month"});
  for (const auto& window : balance.windows)
    rows.push_back(window_row(window, now));
  for (const auto& quota : balance.quotas)
    rows.push_back(quota_row(quota));
  return rows;
}

// A time in a query, as the service takes it: UTC without a zone. With one, the service fails (500).
std::string query_time(Instant instant) {
  auto text = rfc3339(instant);
  text.pop_back(); // the Z
  return text;
}

Url usage_url(std::size_t page, Instant from, Instant to, const Context& context) {
  Url url = context.endpoints.api.with_path_added("/users/me/usage");
  url.query = encode_form({{"page", std::to_string(page)},
                           {"limit", std::to_string(page_size)},
                           {"start_date", query_time(from)},
                           {"end_date", query_time(to)}});
  return url;
}

// The buckets of that time, from all pages. Says what is missing.
Json usage_items(Instant from, Instant to, Context& context) {
  constexpr std::size_t most_pages = 400; // of 24 hourly buckets, the service's default, a year has 366
  service::PagedList list{"usage items", page_size};
  Json all = Json::array();
  for (std::size_t page = 0; page < most_pages && !list.ended(); ++page) {
    const Url url = usage_url(page, from, to, context);
    const auto response = context.with_token(url, [&](const Secret& token) {
      return context.platform.http.send(service::bearer_request(url, token, context.endpoints));
    });
    if (response.status != 200)
      throw service::service_error(response, "show the usage", "profile");
    const Json document = parse_json(response.body).value_or(Json());
    const auto& items = list.items_of(document);
    all.insert(all.end(), items.begin(), items.end());
  }
  if (list.missing() > 0)
    context.notice("The service gave " + std::to_string(list.read()) + " usage items and counted " +
                   std::to_string(list.missing()) + " more, which are missing here.");
  return all;
}

void show_usage(const std::string& period_text, Context& context) {
  const auto period = parse_period(period_text, "--usage");
  const auto width = span_of_period(period);
  const auto to = context.platform.clock.now();
  const Json items = usage_items(to - period, to, context);
  const auto buckets = service::read_usage(items);
  if (buckets.size() < items.size())
    context.notice("Of the " + std::to_string(items.size()) + " usage items, " +
                   std::to_string(items.size() - buckets.size()) + " could not be read and are left out.");
  const auto chart = usage_chart(service::summed(buckets, width, to - period, to), width,
                                 table_columns(context.platform.terminal));
  context.result(items, drawn(chart, context.platform.environment));
}

void run(const BalanceOptions& options, Context& context) {
  if (options.usage)
    return show_usage(*options.usage, context);
  const Json mine = account(context);
  const Json quotas = optional_part("/users/me/quotas", "quotas", context);
  const Json usage = quota_usage(quotas, context);
  const Json subscription = optional_part("/users/me/subscription_usage", "subscription", context);
  Json json;
  for (const char* field : {"balance", "payment_address"})
    if (const Json* value = find_field(mine, field))
      json[field] = *value;
  json["quotas"] = quotas;
  json["quota_usage"] = usage;
  json["subscription_usage"] = subscription;
  const auto balance = service::read_balance(mine, quotas, usage, subscription);
  const auto lines = gauge_lines(balance_rows(balance, context.platform.clock.now()),
                                 table_columns(context.platform.terminal));
  context.result(json, drawn(lines, context.platform.environment));
}

} // namespace

Command balance_command() {
  return command("balance", "Using the session", "Show balance, quotas and subscription usage", footer,
                 declare, run);
}

} // namespace chutes::cli
