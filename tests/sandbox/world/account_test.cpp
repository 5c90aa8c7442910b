#include "sandbox/world/account.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

using namespace std::chrono;

const Instant now = sys_days{2026y / November / 23} + 10h + 30min;
const AccountHolder ada{"ada", "0a1b2c3d-0000-4000-8000-000000000001", sys_days{2026y / January / 2}, {}};
const Json defaults = Json::object();
const std::string address = payment_address(ada.user_id);

Invocation invocation_at(Instant at, double units = 1) {
  return {ada.user_id, "chute-1", at, 0.5, units, 10, 20};
}

QuotaState state_of(const Json& settings, const InvocationLedger& ledger = {}) {
  return quota_state(ada, settings, ledger, "chute-1", now);
}

UsageQuery page(std::int64_t number, std::int64_t limit) {
  UsageQuery query;
  query.page = {number, limit};
  return query;
}

Json usage_of(const UsageQuery& query, const Json& settings = defaults, const InvocationLedger& ledger = {}) {
  const auto found = usage_page(query, ada, settings, ledger, now);
  REQUIRE(found);
  return *found;
}

TEST_CASE("the account has the fields of the service and a positive balance") {
  const auto facts = account_facts(ada, defaults);
  REQUIRE(facts);
  std::vector<std::string> names;
  for (const auto& [name, value] : facts->items())
    names.push_back(name);
  CHECK(names == std::vector<std::string>{"username", "user_id", "logo_id", "logo", "created_at", "hotkey",
                                          "coldkey", "payment_address", "permissions_bitmask", "permissions",
                                          "balance", "netuids", "quotas"});
  CHECK(facts->at("username") == "ada");
  CHECK(facts->at("created_at") == "2026-01-02T00:00:00.000000Z");
  CHECK(facts->at("balance") == 12.34);
  CHECK(facts->at("payment_address").get<std::string>().size() == 48);
}

TEST_CASE("the balance of the settings may be negative") {
  CHECK(account_facts(ada, {{"balance", -0.25}})->at("balance") == -0.25);
}

TEST_CASE("an account without a hotkey makes the service fail") {
  CHECK(account_facts(ada, {{"hotkey", nullptr}}) == std::nullopt);
}

TEST_CASE("quotas are an array, a map or an empty map, as the settings say") {
  CHECK(account_quotas(ada, defaults).at(0).at("quota") == 2000);
  CHECK(account_quotas(ada, {{"quotas", {{"*", 0}}}}) == Json{{"*", 0}});
  CHECK(account_quotas(ada, {{"quotas", Json::object()}}) == Json::object());
}

TEST_CASE("the quota of a chute is its own row, else the general one") {
  const Json rows = Json::parse(R"([{"chute_id":"*","quota":5},{"chute_id":"chute-1","quota":7}])");
  CHECK(quota_of(rows, "chute-1") == 7);
  CHECK(quota_of(rows, "chute-2") == 5);
  CHECK(quota_of({{"*", 0}}, "chute-1") == 0);
  CHECK(quota_of(Json::object(), "chute-1") == std::nullopt);
}

TEST_CASE("the usage of a quota counts fractions and says unlimited where there is no limit") {
  InvocationLedger ledger;
  ledger.record(invocation_at(now));
  ledger.record(invocation_at(now, 0.1));
  CHECK(quota_usage(state_of(defaults, ledger)) == Json{{"quota", 2000}, {"used", 1.1}});
  CHECK(quota_usage(state_of({{"quotas", Json::object()}})) == Json{{"quota", "unlimited"}, {"used", 0}});
}

TEST_CASE("the quota's day ends at midnight") {
  InvocationLedger ledger;
  ledger.record(invocation_at(now - 11h));
  CHECK(state_of(defaults, ledger).used == 0);
}

TEST_CASE("the same request within a quarter of an hour costs a tenth") {
  InvocationLedger ledger;
  CHECK(ledger.units_of("ada", "body", now) == 1);
  CHECK(ledger.units_of("ada", "body", now + 15min) == 0.1);
  CHECK(ledger.units_of("ada", "other body", now) == 1);
  CHECK(ledger.units_of("bob", "body", now) == 1);
  CHECK(ledger.units_of("ada", "body", now + 40min) == 1);
}

TEST_CASE("an account with money or without limits may always invoke") {
  CHECK(payment_refusal({{"quotas", {{"*", 0}}}}, address, {0, 5}, true, now) == std::nullopt);
  CHECK(payment_refusal({{"balance", 0}}, address, {std::nullopt, 5}, true, now) == std::nullopt);
}

TEST_CASE("a used up quota without money is refused with an object that says when it comes back") {
  const auto refusal = payment_refusal({{"balance", -0.5}}, address, {2, 2}, false, now);
  REQUIRE(refusal);
  CHECK(*refusal ==
        Json{{"message",
              "Quota exceeded and account balance is $-0.5, please pay with fiat or send tao to " + address},
             {"quota_reset_timestamp", "2026-11-24T00:00:00+00:00"}});
}

TEST_CASE("without any quota there is nothing that comes back") {
  const auto refusal = payment_refusal({{"balance", 0}}, address, {0, 0}, false, now);
  REQUIRE(refusal);
  CHECK_FALSE(refusal->contains("quota_reset_timestamp"));
}

TEST_CASE("a confidential model requires a subscription or a positive balance") {
  const Json none{{"balance", 0}, {"subscription", {{"subscription", false}}}};
  CHECK(payment_refusal(none, address, {5, 0}, true, now) ==
        Json("TEE models require an active subscription or positive balance."));
  CHECK(payment_refusal(none, address, {5, 0}, false, now) == std::nullopt);
}

TEST_CASE("a subscription whose window is used up is refused with a sentence") {
  Json settings{{"balance", 0}};
  settings["subscription"] = subscription_usage(defaults, now);
  settings["subscription"]["four_hour"]["remaining"] = 0;
  CHECK(payment_refusal(settings, address, {5, 0}, false, now) ==
        Json("Subscription usage cap exceeded. Please add balance to continue."));
}

TEST_CASE("the subscription has a window of four hours and one of a month that end in the future") {
  const auto plan = subscription_usage(defaults, now);
  CHECK(plan.at("subscription") == true);
  CHECK(plan.at("anchor_date") == "2026-11-01T00:00:00"); // a month before the end of the month's window
  CHECK(plan.at("four_hour").at("reset_at") == "2026-11-23T12:00:00+00:00");
  CHECK(plan.at("monthly").at("reset_at") == "2026-12-01T00:00:00+00:00");
  CHECK(plan.at("monthly").at("cap") == 50);
  CHECK(subscription_usage({{"subscription", {{"subscription", false}}}}, now) ==
        Json{{"subscription", false}});
}

TEST_CASE("usage is a page of naive hours, newest first, with what was invoked in it") {
  InvocationLedger ledger;
  ledger.record(invocation_at(now));
  ledger.record(invocation_at(now));
  const Json settings{{"usage", Json::parse(R"([{"bucket":"2026-11-23T09:00:00","amount":1,"count":3,)"
                                            R"("input_tokens":4,"output_tokens":5}])")}};
  const auto usage = usage_of(page(0, 24), settings, ledger);
  CHECK(usage.at("total") == 2);
  CHECK(usage.at("items").at(0) == Json{{"bucket", "2026-11-23T10:00:00"},
                                        {"amount", 1.0},
                                        {"count", 2},
                                        {"input_tokens", 20},
                                        {"output_tokens", 40}});
  CHECK(usage.at("items").at(1).at("bucket") == "2026-11-23T09:00:00");
}

TEST_CASE("usage follows pages, dates and chutes") {
  UsageQuery query;
  query.page = {1, 10};
  const auto second = usage_of(query);
  CHECK(second.at("items").size() == 10);
  CHECK(second.at("total") > 50);

  query = page(0, 24);
  query.start = now - 24h;
  query.per_chute = true;
  const auto day = usage_of(query);
  CHECK(day.at("total") == 13);
  query.chute_id = day.at("items").at(0).at("chute_id");
  CHECK(usage_of(query).at("total") == 7);
}

TEST_CASE("a page of usage with a limit of 0 is empty, and a negative page or limit fails") {
  CHECK(usage_of(page(0, 0)).at("items") == Json::array());
  CHECK(usage_of(page(0, 0)).at("total") > 50);
  CHECK_FALSE(usage_of(page(0, 0)).contains("cord_refs"));
  CHECK(usage_page(page(-1, 24), ada, defaults, {}, now) == std::nullopt);
  CHECK(usage_page(page(0, -1), ada, defaults, {}, now) == std::nullopt);
}

TEST_CASE("an account made on the website has a hexadecimal hotkey, and its payment address as coldkey") {
  const std::string made_up(48, 'a');
  const auto facts = account_facts(ada, {{"hotkey", made_up}});
  REQUIRE(facts);
  CHECK(facts->at("hotkey") == made_up);
  CHECK(facts->at("coldkey") == address);
  CHECK(account_facts(ada, defaults)->at("coldkey") != address);
}

TEST_CASE("permissions tell a free account and a developer without limits") {
  CHECK(account_facts(ada, {{"quotas", Json::object()}})->at("permissions_bitmask") == 16);
  auto developer = ada;
  developer.roles = {"unlimited_dev"};
  CHECK(account_facts(developer, defaults)->at("permissions") == Json{"Unlimited dev activity."});
  CHECK(account_facts(ada, defaults)->at("permissions") == Json::array());
}

} // namespace
} // namespace chutes::sandbox
