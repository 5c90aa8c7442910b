// `balance`: what is left, in money and in quotas: gauges for people, plain lines in a pipe, the service's
// own fields in JSON. Three requests over one connection; what the token may not see is left out.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/command.hpp"
#include "cli/gauge.hpp"
#include "service/account.hpp"
#include "service/bearer.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

struct BalanceOptions {};

constexpr const char* footer = R"(Examples:
  chutes-login balance
  chutes-login balance --json | jq .balance
)";

void declare(Words&, BalanceOptions&) {}

HttpResponse fetch(const char* path, Context& context) {
  const Url url = context.endpoints.api.with_path_added(path);
  return context.with_token(url, [&](const Secret& token) {
    return context.platform.http.send(service::bearer_request(url, token, context.endpoints));
  });
}

Json account(Context& context) {
  const auto response = fetch("/users/me", context);
  if (response.status != 200)
    throw service::service_error(response, "the balance", "profile");
  auto document = parse_json(response.body);
  if (!document || !document->is_object())
    throw Error{ErrorKind::service, "the service did not answer with a JSON object", "try again"}.with_status(
        response.status);
  return std::move(*document);
}

// Null if the token may not see it, or the service cannot say just now.
Json optional_part(const char* path, Context& context) {
  const auto response = fetch(path, context);
  auto document = response.status == 200 ? parse_json(response.body) : std::nullopt;
  return document ? std::move(*document) : Json(nullptr);
}

std::string amount_text(double amount) {
  std::string text = std::to_string(amount);
  while (text.ends_with('0'))
    text.pop_back();
  if (text.ends_with('.'))
    text.pop_back();
  return text;
}

std::string quota_line(const service::Quota& quota) {
  const std::string name = quota.chute == "*" ? "all chutes" : one_line(quota.chute, 60);
  const std::string amount = !quota.amount        ? "unlimited"
                             : *quota.amount == 0 ? "no free requests, pay as you go"
                                                  : amount_text(*quota.amount) + " free requests a day";
  return "quota            " + name + ": " + amount + "\n";
}

std::string window_line(const service::UsageWindow& window, Instant now, bool terminal, int columns) {
  std::string title = "used in " + window.name;
  title.resize(17, ' ');
  std::string line = title;
  if (terminal) {
    constexpr int text_beside_bar = 62;
    line += gauge(window.cap > 0 ? window.usage / window.cap : 1.0,
                  std::clamp(columns - text_beside_bar, 8, 40)) +
            "  ";
  }
  line += usd(window.usage) + " of " + usd(window.cap);
  return line + (window.reset_at ? ", starts anew " + relative_time(*window.reset_at, now) : "") + "\n";
}

std::string balance_text(const service::Balance& balance, Context& context) {
  std::string text = "balance          " + (balance.usd ? usd(*balance.usd) : std::string{"not told"}) + "\n";
  if (!balance.payment_address.empty())
    text += "deposit to       " + one_line(balance.payment_address, 100) + "\n";
  if (balance.monthly_price)
    text += "subscription     " + usd(*balance.monthly_price) + " a month\n";
  for (const auto& window : balance.windows)
    text += window_line(window, context.platform.clock.now(), context.platform.terminal.output_is_terminal(),
                        context.platform.terminal.width());
  for (const auto& quota : balance.quotas)
    text += quota_line(quota);
  return text;
}

void run(const BalanceOptions&, Context& context) {
  const Json mine = account(context);
  const Json quotas = optional_part("/users/me/quotas", context);
  const Json subscription = optional_part("/users/me/subscription_usage", context);
  Json json;
  for (const char* field : {"balance", "payment_address"})
    if (const Json* value = find_field(mine, field))
      json[field] = *value;
  json["quotas"] = quotas;
  json["subscription_usage"] = subscription;
  context.result(json, balance_text(service::read_balance(mine, quotas, subscription), context));
}

} // namespace

Command balance_command() {
  return command("balance", "Using the session", "Show balance, quotas and subscription windows", footer,
                 declare, run);
}

} // namespace chutes::cli
