#include "base/time_text.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace std::chrono_literals;

namespace {

std::string read_back(std::string_view text) {
  const auto instant = parse_time(text);
  return instant ? rfc3339(*instant) : "none";
}

} // namespace

TEST_CASE("the forms of time that the service writes are read as UTC") {
  CHECK(read_back("2026-11-23T10:59:00Z") == "2026-11-23T10:59:00Z");
  CHECK(read_back("2026-11-23T10:59:00") == "2026-11-23T10:59:00Z");
  CHECK(read_back("2026-11-23T10:59:00.123456") == "2026-11-23T10:59:00Z");
  CHECK(read_back("2026-11-23T10:59:00.5+00:00") == "2026-11-23T10:59:00Z");
  CHECK(read_back("2026-11-23T12:59:00+02:00") == "2026-11-23T10:59:00Z");
  CHECK(read_back("2026-11-23T07:29:00-0330") == "2026-11-23T10:59:00Z");
  CHECK(read_back("2026-11-23 10:59:00+00") == "2026-11-23T10:59:00Z");
  CHECK(read_back("2026-11-23T10:00") == "2026-11-23T10:00:00Z");
  CHECK(read_back("2026-11-23") == "2026-11-23T00:00:00Z");
  CHECK(read_back("2024-02-29t23:59:60z") == "2024-03-01T00:00:00Z");
  CHECK(read_back("1969-12-31T23:59:59Z") == "1969-12-31T23:59:59Z");
}

TEST_CASE("what is no time is absent") {
  for (const char* text :
       {"", "2026", "2026-13-01", "2026-02-29", "2026-11-23T", "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z",
        "2026-11-23T10:59:61Z", "2026-11-23T10:59:00X", "2026-11-23T10:59:00+2", "2026-11-23T10:59:00Z ",
        "23.11.2026", "1764000000", "20261123T105900Z", "-026-11-23"})
    CHECK_MESSAGE(!parse_time(text), text);
}

TEST_CASE("durations are told in their largest whole unit") {
  CHECK(duration_text(0s) == "0 seconds");
  CHECK(duration_text(1s) == "1 second");
  CHECK(duration_text(59s) == "59 seconds");
  CHECK(duration_text(60s) == "1 minute");
  CHECK(duration_text(3599s) == "59 minutes");
  CHECK(duration_text(3600s) == "1 hour");
  CHECK(duration_text(std::chrono::days{2}) == "2 days");
  CHECK(duration_text(-90s) == "1 minute");
}

TEST_CASE("moments are told relative to now") {
  const Instant now = *parse_time("2026-11-23T12:00:00Z");
  CHECK(relative_time(now, now) == "now");
  CHECK(relative_time(now + 3540s, now) == "in 59 minutes");
  CHECK(relative_time(now - 2h, now) == "2 hours ago");
}
