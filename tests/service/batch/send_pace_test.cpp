#include "fakes/clock.hpp"
#include "service/batch/send_pace.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;
using namespace std::chrono_literals;

TEST_CASE("a rate is a number a second, a minute or an hour") {
  CHECK(parse_rate("10/s") == 10);
  CHECK(parse_rate("2.5") == 2.5);
  CHECK(parse_rate("90/m") == 1.5);
  CHECK(parse_rate("3600/h") == 1);
  for (const char* nonsense : {"", "/s", "0", "0/s", "-1/s", "10/d", "10 /s", "ten", "nan", "inf", "1e9"})
    CHECK_FALSE(parse_rate(nonsense));
}

TEST_CASE("without a rate everything may leave at once") {
  fakes::FixedClock clock;
  SendPace pace;
  pace.sent(clock.steady());
  CHECK(pace.next() <= clock.steady());
}

TEST_CASE("requests leave at even distances; one that is late is made up for, more are not") {
  fakes::FixedClock clock;
  SendPace pace{10};
  const auto start = clock.steady();
  CHECK(pace.next() <= start);
  pace.sent(start);
  CHECK(pace.next() == start + 100ms);
  clock.advance(130ms);
  pace.sent(clock.steady());
  CHECK(pace.next() == start + 200ms);
  clock.advance(10s);
  pace.sent(clock.steady());
  CHECK(pace.next() == clock.steady());
  pace.sent(clock.steady());
  CHECK(pace.next() == clock.steady() + 100ms);
}

TEST_CASE(
    "a crowded service is asked half as much at once, once for all that was under way, and at least one") {
  fakes::FixedClock clock;
  ParallelLimit limit{8};
  const auto first = clock.steady();
  clock.advance(1s);
  limit.crowded(first, clock.steady());
  limit.crowded(first, clock.steady());
  CHECK(limit.now() == 4);
  for (int i = 0; i < 5; ++i) {
    const auto sent = clock.steady();
    clock.advance(1s);
    limit.crowded(sent, clock.steady());
  }
  CHECK(limit.now() == 1);
}

TEST_CASE("it is asked one more for each round of successes, and never more than at first") {
  fakes::FixedClock clock;
  ParallelLimit limit{3};
  limit.crowded(clock.steady(), clock.steady());
  CHECK(limit.now() == 1);
  limit.succeeded();
  CHECK(limit.now() == 2);
  limit.succeeded();
  CHECK(limit.now() == 2);
  limit.succeeded();
  CHECK(limit.now() == 3);
  for (int i = 0; i < 10; ++i)
    limit.succeeded();
  CHECK(limit.now() == 3);
}
