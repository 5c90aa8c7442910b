#include "service/account.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

Balance read(const char* account, const char* quotas = "null", const char* usage = "null",
             const char* subscription = "null") {
  return read_balance(*parse_json(account), *parse_json(quotas), *parse_json(usage),
                      *parse_json(subscription));
}

} // namespace

TEST_CASE("a balance may be negative, a string, or missing") {
  CHECK(read(R"({"balance":-0.5,"payment_address":"5Abc"})").usd == -0.5);
  CHECK(read(R"({"balance":-0.5,"payment_address":"5Abc"})").payment_address == "5Abc");
  CHECK(read(R"({"balance":"12.25"})").usd == 12.25);
  CHECK(read(R"({"balance":null,"payment_address":null})") == Balance{});
  CHECK(read("{}") == Balance{});
}

TEST_CASE("quotas come as rows, as a map, or as nothing") {
  using Quotas = std::vector<Quota>;
  CHECK(read("{}", R"([{"user_id":"u","chute_id":"*","quota":300,"is_default":true},
                       {"chute_id":"abc","quota":"5"}, {"chute_id":null,"quota":0}, 7, null])")
            .quotas == Quotas{{"*", false, 300, {}}, {"abc", false, 5, {}}, {"*", false, 0, {}}});
  CHECK(read("{}", R"({"*":0})").quotas == Quotas{{"*", false, 0, {}}});
  CHECK(read("{}", "{}").quotas.empty());
  CHECK(read("{}", "null").quotas.empty());
  CHECK(read("{}", "\"unlimited\"").quotas.empty());
}

TEST_CASE("a missing quota is not an unlimited one") {
  using Quotas = std::vector<Quota>;
  CHECK(read("{}", R"([{"chute_id":"a","quota":"unlimited"},{"chute_id":"b","quota":null},{"chute_id":"c"}])")
            .quotas == Quotas{{"a", true, {}, {}}, {"b", false, {}, {}}, {"c", false, {}, {}}});
}

TEST_CASE("what is used of a quota comes from another answer, in fractions") {
  using Quotas = std::vector<Quota>;
  CHECK(read("{}", R"({"*":300,"abc":5,"free":7})",
             R"({"*":{"quota":300,"used":12.1},"abc":null,"free":{"quota":"unlimited","used":0}})")
            .quotas == Quotas{{"*", false, 300, 12.1}, {"abc", false, 5, {}}, {"free", true, {}, 0}});
}

TEST_CASE("only quotas that hold something are worth asking after, and not too many") {
  const auto quotas = *parse_json(R"([{"chute_id":"*","quota":300},{"chute_id":"a","quota":0},
      {"chute_id":"b","quota":"unlimited"},{"chute_id":"c","quota":1},{"chute_id":"d","quota":2}])");
  CHECK(counted_chutes(quotas, 2) == std::vector<std::string>{"*", "c"});
  CHECK(counted_chutes(Json(nullptr), 2).empty());
}

TEST_CASE("a subscription has its windows, capped or not") {
  const auto balance = read("{}", "null", "null", R"({"subscription":true,"custom":false,"monthly_price":10,
      "four_hour":{"usage":1.5,"cap":4.17,"remaining":2.67,"reset_at":"2026-11-23T16:00:00+00:00"},
      "monthly":{"uncapped":true}})");
  CHECK(balance.monthly_price == 10);
  CHECK(balance.windows ==
        std::vector<UsageWindow>{{"4 hours", 1.5, 4.17, parse_time("2026-11-23T16:00:00Z")},
                                 {"month", {}, {}, {}}});
}

TEST_CASE("a window with gaps gives what it has") {
  const auto balance = read("{}", "null", "null", R"({"subscription":true,"monthly_price":null,
      "four_hour":{"usage":null,"cap":"4","remaining":"1","reset_at":null},
      "monthly":{"usage":3,"cap":null,"reset_at":7}})");
  CHECK(!balance.monthly_price);
  CHECK(balance.windows == std::vector<UsageWindow>{{"4 hours", 3, 4, {}}, {"month", 3, {}, {}}});
  CHECK(read("{}", "null", "null", R"({"subscription":true,"four_hour":{},"monthly":null})").windows.empty());
}

TEST_CASE("without a subscription there are no windows, whatever else is said") {
  CHECK(read("{}", "null", "null", R"({"subscription":false,"monthly":{"usage":1,"cap":2}})") == Balance{});
  CHECK(read("{}", "null", "null", "[]") == Balance{});
}
