#include "base/time_text.hpp"

#include <doctest/doctest.h>

#include <string>

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

TEST_CASE("text that is not a time gives none") {
  for (const char* text :
       {"", "2026", "2026-13-01", "2026-02-29", "2026-11-23T", "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z",
        "2026-11-23T10:59:61Z", "2026-11-23T10:59:00X", "2026-11-23T10:59:00+2", "2026-11-23T10:59:00Z ",
        "23.11.2026", "1764000000", "20261123T105900Z", "-026-11-23"})
    CHECK_MESSAGE(!parse_time(text), text);
}

TEST_CASE("a date with one part or one dash missing gives none") {
  for (const char* text :
       {"-11-23", "2026--23", "2026-11-", "202611-23", "2026-1123", "x026-11-23", "2026-1x-23"})
    CHECK_MESSAGE(!parse_time(text), text);
}

TEST_CASE("a time of day with one part or one mark missing gives none") {
  for (const char* text : {"2026-11-2310:59:00Z", "2026-11-23T1059:00Z", "2026-11-23T:59:00Z",
                           "2026-11-23T10:", "2026-11-23T10::00Z", "2026-11-23T10:59:", "2026-11-23T10:59:Z"})
    CHECK_MESSAGE(!parse_time(text), text);
}

TEST_CASE("an offset with a part missing or too much gives none") {
  for (const char* text : {"+", "-", "+:30", "+0", "+02:3", "+02:3x", "+02:300", "+0230Z", "02:00", "ZZ"})
    CHECK_MESSAGE(!parse_time(std::string{"2026-11-23T10:59:00"} + text), text);
}

TEST_CASE("a Date header is read in the form that servers generate") {
  const auto read = [](std::string_view text) {
    const auto instant = parse_http_date(text);
    return instant ? rfc3339(*instant) : "none";
  };
  CHECK(read("Sun, 06 Nov 1994 08:49:37 GMT") == "1994-11-06T08:49:37Z");
  CHECK(read("Thu, 01 Jan 1970 00:00:00 GMT") == "1970-01-01T00:00:00Z");
  CHECK(read("Thu, 31 Dec 2026 23:59:59 GMT") == "2026-12-31T23:59:59Z");
}

TEST_CASE("a Date header of another form, zone or length gives none") {
  for (const char* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 08:49:37  GMT", "Sun, 06 Nov 1994 08:49:3 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT"})
    CHECK_MESSAGE(!parse_http_date(text), text);
}

TEST_CASE("durations are written in their largest whole unit") {
  CHECK(duration_text(0s) == "0 seconds");
  CHECK(duration_text(1s) == "1 second");
  CHECK(duration_text(59s) == "59 seconds");
  CHECK(duration_text(60s) == "1 minute");
  CHECK(duration_text(3599s) == "59 minutes");
  CHECK(duration_text(3600s) == "1 hour");
  CHECK(duration_text(std::chrono::days{2}) == "2 days");
  CHECK(duration_text(-90s) == "1 minute");
}

TEST_CASE("moments are written relative to now") {
  const Instant now = *parse_time("2026-11-23T12:00:00Z");
  CHECK(relative_time(now, now) == "now");
  CHECK(relative_time(now + 3540s, now) == "in 59 minutes");
  CHECK(relative_time(now - 2h, now) == "2 hours ago");
}
