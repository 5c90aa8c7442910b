// The fakes themselves: what a test did not foresee must fail that test case, and no other.
#include "fakes/world.hpp"

#include <doctest/doctest.h>

using namespace chutes;

// Each of these cases must fail, and the program must go on with the next one.
TEST_CASE("a request that the script does not expect fails its test case only" * doctest::should_fail()) {
  fakes::World world;
  CHECK(world.run({"scopes"}) == 1);
  CHECK(world.terminal.errors.find("unexpected request: GET https://") != std::string::npos);
}

TEST_CASE("a scripted request that is never sent fails its test case only" * doctest::should_fail()) {
  fakes::World world;
  world.http.expect("GET", "https://api.chutes.ai/never", 200);
  CHECK(world.run({"--version"}) == 0);
}

TEST_CASE("a requirement on a request that is not met fails its test case only" * doctest::should_fail()) {
  fakes::World world;
  auto& exchange = world.http.expect("GET", "https://api.chutes.ai/idp/scopes", 200, "[]");
  exchange.look = [](const HttpRequest& request) { REQUIRE(request.method == "POST"); };
  CHECK(world.run({"scopes"}) == 1);
}
