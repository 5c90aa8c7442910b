#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string me = "https://api.chutes.ai/users/me";

struct Served {
  std::string account = R"({"username":"ada","balance":12.345,"payment_address":"5Abc","hotkey":"5Hot"})";
  std::string quotas = "{}";
  std::string usage{}; // of "*"; empty: not asked for
  std::string subscription = R"({"subscription":false})";
};

void serve(fakes::World& world, const Served& served) {
  sign_in_beforehand(world);
  world.http.expect("GET", me, 200, served.account);
  world.http.expect("GET", me + "/quotas", 200, served.quotas);
  if (!served.usage.empty())
    world.http.expect("GET", me + "/quota_usage/%2A", 200, served.usage);
  world.http.expect("GET", me + "/subscription_usage", 200, served.subscription);
}

const Served everything{
    R"({"balance":-0.5,"payment_address":"5Abc"})",
    R"([{"chute_id":"*","quota":300},{"chute_id":"abc","quota":0}])", R"({"quota":300,"used":75.1})",
    R"({"subscription":true,"monthly_price":10,"four_hour":{"usage":1.0425,"cap":4.17,"remaining":3.1275,)"
    R"("reset_at":"2026-11-23T14:00:00+00:00"},"monthly":{"uncapped":true}})"};

} // namespace

TEST_CASE("balance in a pipe is plain lines without gauges") {
  fakes::World world;
  serve(world, everything);
  CHECK(world.run({"balance"}) == 0);
  CHECK(missing(world.terminal.output,
                {"-$0.50", "5Abc", "$10.00", "$1.04 of $4.17", "in 2 hours", "75.1 of 300", "abc"})
            .empty());
  CHECK(world.terminal.output.find_first_of("[█░") == std::string::npos);
  CHECK(world.terminal.errors.empty());
  check_golden(world.terminal.output);
}

TEST_CASE("balance on a terminal draws gauges of one width that fit it") {
  fakes::World world;
  serve(world, everything);
  world.terminal.output_tty = true;
  SUBCASE("wide") {
    world.terminal.columns = 90;
    CHECK(world.run({"balance"}) == 0);
    CHECK(missing(world.terminal.output, {"[█████░░░░░░░░░░░░░░░] 25 %   $1.04 of $4.17",
                                          "[█████░░░░░░░░░░░░░░░] 25 %   all chutes: 75.1 of"})
              .empty());
  }
  SUBCASE("in ASCII where the locale is not UTF-8") {
    world.terminal.columns = 90;
    world.variables["LC_ALL"] = "C";
    CHECK(world.run({"balance"}) == 0);
    CHECK(world.terminal.output.find("  [#####---------------] 25 %") != std::string::npos);
  }
  SUBCASE("narrow: numbers only") {
    world.terminal.columns = 40;
    CHECK(world.run({"balance"}) == 0);
    CHECK(world.terminal.output.find("  25 %   $1.04 of $4.17") != std::string::npos);
    CHECK(world.terminal.output.find("[") == std::string::npos);
  }
}

TEST_CASE("balance --json gives what the service served, in its own fields") {
  fakes::World world;
  serve(world, everything);
  CHECK(world.run({"balance", "--json"}) == 0);
  CHECK(world.terminal.output == R"({"balance":-0.5,"payment_address":"5Abc","quotas":)" + everything.quotas +
                                     R"(,"quota_usage":{"*":)" + everything.usage +
                                     R"(},"subscription_usage":)" + everything.subscription + "}\n");
}

TEST_CASE("balance reads the other shapes of quotas") {
  fakes::World world;
  SUBCASE("a map") {
    serve(world, {.quotas = R"({"*":0})"});
    CHECK(world.run({"balance"}) == 0);
    CHECK(missing(world.terminal.output, {"$12.35", "5Abc", "quota", "all chutes"}).empty());
  }
  SUBCASE("nothing") {
    serve(world, {});
    CHECK(world.run({"balance"}) == 0);
    CHECK(missing(world.terminal.output, {"$12.35", "5Abc"}).empty());
    CHECK(world.terminal.output.find("quota") == std::string::npos);
  }
  SUBCASE("unlimited, and null where numbers should be") {
    serve(world, {.account = R"({"balance":null,"payment_address":null})",
                  .quotas = R"([{"chute_id":"a","quota":"unlimited"},{"chute_id":"b","quota":null}])"});
    CHECK(world.run({"balance"}) == 0);
    CHECK(missing(world.terminal.output, {"a: unlimited\n", "b: "}).empty());
    CHECK(world.terminal.output.find_first_of("$0") == std::string::npos);
  }
  check_golden(world.terminal.output);
}

TEST_CASE("what the token may not see beside the balance is left out, and what cannot be read is said") {
  for (const int status : {403, 404, 500}) {
    CAPTURE(status);
    fakes::World world;
    sign_in_beforehand(world);
    world.http.expect("GET", me, 200, R"({"balance":1})");
    world.http.expect("GET", me + "/quotas", status, R"({"detail":"no"})");
    world.http.expect("GET", me + "/subscription_usage", status, "<html></html>");
    CHECK(world.run({"balance", "--json"}) == 0);
    CHECK(world.terminal.output ==
          "{\"balance\":1,\"quotas\":null,\"quota_usage\":{},\"subscription_usage\":null}\n");
    CHECK(world.terminal.errors.empty() == (status == 403));
    check_golden(world.terminal.errors);
  }
}

TEST_CASE("balance without the right to see the account exits 8 and names the scope") {
  fakes::World world;
  sign_in_beforehand(world, {"openid"});
  world.http.expect("GET", me, 403, R"({"detail":"Token does not have permission for this resource"})");
  CHECK(world.run({"balance"}) == 8);
  CHECK(world.terminal.output.empty());
  CHECK(world.terminal.errors.find("--scope profile") != std::string::npos);
}

TEST_CASE("the windows of a subscription that has lapsed have ended, and do not fill up") {
  fakes::World world;
  serve(world,
        {.subscription = R"({"subscription":true,"monthly_price":10,"four_hour":{"usage":0,"cap":4.17,)"
                         R"("reset_at":"2026-11-23T14:00:00+00:00"},"monthly":{"usage":9,"cap":50,)"
                         R"("reset_at":"2026-01-28T12:00:00"}})"});
  world.terminal.output_tty = true;
  world.terminal.columns = 90;
  CHECK(world.run({"balance"}) == 0);
  CHECK(missing(world.terminal.output, {"$9.00 of $50.00, ended 299 days ago", "resets in 2 hours"}).empty());
  CHECK(world.terminal.output.find("18 %") == std::string::npos);
}
