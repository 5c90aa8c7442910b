// `balance --usage`: spend and tokens over time.
#include "cli/account/usage_chart.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::cli;
using namespace chutes::flows;

namespace {

// The fake clock says 2026-11-23T12:00:00Z.
constexpr const char* week_url =
    "https://api.chutes.ai/users/me/usage?page=0&limit=1000&start_date=2026-11-16T12%3A00%3A00"
    "&end_date=2026-11-23T12%3A00%3A00";
constexpr const char* buckets =
    R"({"total":3,"items":[{"bucket":"2026-11-21T23:00:00","amount":1.5,"count":10,"input_tokens":12345,"output_tokens":600},)"
    R"({"bucket":"2026-11-23T01:00:00","amount":"0.5","count":2,"input_tokens":null,"output_tokens":7},)"
    R"({"bucket":"2026-11-23T11:00:00","amount":0.25,"count":1}]})";

} // namespace

TEST_CASE("balance --usage draws a bar for every day of a week, and the sum") {
  fakes::World world;
  sign_in_beforehand(world);
  world.terminal.output_tty = true;
  world.terminal.columns = 58;
  world.http.expect("GET", week_url, 200, buckets).look = [](const HttpRequest& request) {
    CHECK(request.headers.front().second == "Bearer cak_first");
  };
  CHECK(world.run({"balance", "--usage"}) == 0);
  CHECK(world.terminal.output == "UTC    SPENT  REQUESTS  TOKENS IN  OUT\n"
                                 "11-16  $0.00         0          0    0\n"
                                 "11-17  $0.00         0          0    0\n"
                                 "11-18  $0.00         0          0    0\n"
                                 "11-19  $0.00         0          0    0\n"
                                 "11-20  $0.00         0          0    0\n"
                                 "11-21  $1.50        10      12.3k  600  ██████████\n"
                                 "11-22  $0.00         0          0    0\n"
                                 "11-23  $0.75         3          0    7  █████\n"
                                 "sum    $2.25        13      12.3k  607\n");
}

TEST_CASE("in a pipe usage is plain numbers, by the hour for two days or less") {
  fakes::World world;
  sign_in_beforehand(world);
  world.http.expect(
      "GET",
      "https://api.chutes.ai/users/me/usage?page=0&limit=1000&start_date=2026-11-23T10%3A00%3A00"
      "&end_date=2026-11-23T12%3A00%3A00",
      200, buckets);
  CHECK(world.run({"balance", "--usage=2h"}) == 0);
  CHECK(world.terminal.output == "2026-11-23T10:00:00Z\t0.000000\t0\t0\t0\n"
                                 "2026-11-23T11:00:00Z\t0.250000\t1\t0\t0\n"
                                 "2026-11-23T12:00:00Z\t0.000000\t0\t0\t0\n");
}

TEST_CASE("balance --usage --json gives the service's own buckets, of every page") {
  fakes::World world;
  sign_in_beforehand(world);
  Json page{{"items", Json::array()}};
  for (int i = 0; i < 1000; ++i)
    page["items"].push_back({{"bucket", "2026-11-23T11:00:00"}, {"amount", 1}});
  std::string second = week_url;
  second.replace(second.find("page=0"), 6, "page=1");
  world.http.expect("GET", week_url, 200, json_line(page));
  world.http.expect("GET", second, 200, R"({"items":[{"bucket":"2026-11-23T11:00:00","amount":7}]})");
  CHECK(world.run({"balance", "--usage", "--json"}) == 0);
  CHECK(parse_json(world.terminal.output)->size() == 1001);
}

namespace {

// Lets the service give `pages`, as it would at noon, the fake clock's time.
void serve_usage(fakes::World& world, const std::vector<std::string>& pages) {
  sign_in_beforehand(world);
  for (std::size_t page = 0; page < pages.size(); ++page) {
    std::string url = week_url;
    url.replace(url.find("page=0"), 6, "page=" + std::to_string(page));
    world.http.expect("GET", url, 200, pages[page]);
  }
}

constexpr const char* an_hour = R"({"bucket":"2026-11-23T11:00:00","amount":1})";

std::string page_of(std::size_t count, const std::string& total) {
  std::string items;
  for (std::size_t i = 0; i < count; ++i)
    items += (i == 0 ? "" : ",") + std::string{an_hour};
  return R"({"total":)" + total + R"(,"items":[)" + items + "]}";
}

} // namespace

TEST_CASE("usage follows the total where the service puts fewer on a page than it was asked for") {
  fakes::World world;
  SUBCASE("full pages of its own size, and a rest") {
    serve_usage(world, {page_of(24, "50"), page_of(24, "50"), page_of(2, "50")});
  }
  SUBCASE("a total that grows meanwhile") {
    serve_usage(world, {page_of(24, "48"), page_of(24, "50"), page_of(2, "50")});
  }
  SUBCASE("one page without a total") {
    serve_usage(world, {page_of(50, "null")});
  }
  SUBCASE("one page whose total is a text") {
    serve_usage(world, {page_of(50, "\"50\"")});
  }
  CHECK(world.run({"balance", "--usage", "--json"}) == 0);
  CHECK(parse_json(world.terminal.output)->size() == 50);
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("usage says what it could not read") {
  fakes::World world;
  SUBCASE("items that the service counted and did not give") {
    serve_usage(world, {page_of(24, "50"), page_of(0, "50")});
  }
  SUBCASE("items without a time, and with something else for a number") {
    serve_usage(world,
                {R"({"total":5,"items":[7,{"amount":9},{"bucket":"soon","amount":9},)"
                 R"({"bucket":"2026-11-23T11:00:00","amount":{}},{"bucket":"2026-11-23T11:00:00"}]})"});
  }
  CHECK(world.run({"balance", "--usage"}) == 0);
  check_golden(world.terminal.errors);
}

TEST_CASE("a token without the scope for usage exits 8 and names the scope") {
  fakes::World world;
  sign_in_beforehand(world, {"openid"});
  world.http.expect("GET", week_url, 403, R"({"detail":"Token does not have permission for this resource"})");
  CHECK(world.run({"balance", "--usage"}) == 8);
  CHECK(world.terminal.errors.find("login --scope profile") != std::string::npos);
}

TEST_CASE("periods are whole days or hours") {
  CHECK(parse_period("7d", "--usage") == std::chrono::hours{168});
  CHECK(parse_period("24h", "--usage") == std::chrono::hours{24});
  for (const char* text : {"", "7", "0d", "-1d", "367d", "1w", "d", "1.5d", "99999999999999999999d"})
    CHECK_THROWS_AS(static_cast<void>(parse_period(text, "--usage")), Error);
}
