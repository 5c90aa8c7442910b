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

TEST_CASE("an HTTP date is read in each of its three forms") {
  const auto read = [](std::string_view text) {
    const auto instant = parse_http_date(text);
    return instant ? rfc3339(*instant) : "none";
  };
  CHECK(read("Sun, 06 Nov 1994 08:49:37 GMT") == "1994-11-06T08:49:37Z");
  CHECK(read("Thu, 01 Jan 1970 00:00:00 GMT") == "1970-01-01T00:00:00Z");
  CHECK(read("Thu, 31 Dec 2026 23:59:59 GMT") == "2026-12-31T23:59:59Z");
  CHECK(read("Thu, 31 Dec 2026 23:59:60 GMT") == "2027-01-01T00:00:00Z"); // a leap second
  CHECK(read("Sunday, 06-Nov-94 08:49:37 GMT") == "1994-11-06T08:49:37Z");
  CHECK(read("Wednesday, 29-Feb-28 00:00:00 GMT") == "2028-02-29T00:00:00Z");
  CHECK(read("Sun Nov  6 08:49:37 1994") == "1994-11-06T08:49:37Z");
  CHECK(read("Thu Dec 31 23:59:59 2026") == "2026-12-31T23:59:59Z");
  CHECK(read("Sun Nov 06 08:49:37 1994") == "1994-11-06T08:49:37Z");
}

TEST_CASE("a year of two digits is never more than fifty years ahead") {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const int now = static_cast<int>(std::chrono::year_month_day{today}.year());
  for (const int year : {now - 49, now - 1, now, now + 1, now + 50}) {
    const auto written = std::to_string(year);
    const auto read = parse_http_date("Sunday, 06-Nov-" + written.substr(2) + " 08:49:37 GMT");
    REQUIRE(read);
    CHECK(rfc3339(*read) == written + "-11-06T08:49:37Z");
  }
}

TEST_CASE("an HTTP date of another form, zone or length gives none") {
  for (const char* text : {"",
                           "Sun, 06 Nov 1994 08:49:37 CET",
                           "Sun, 06 Nov 1994 08:49:37  GMT",
                           "Sun, 06 Nov 1994 08:49:3 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 06 Now 1994 08:49:37 GMT",
                           "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06-Nov-1994 08:49:37 GMT",
                           "Sun. 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "06 Nov 1994 08:49:37 GMT",
                           "Sun, 06-Nov-94 08:49:37 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sunday, 06 Nov 94 08:49:37 GMT",
                           "Someday, 06-Nov-94 08:49:37 GMT",
                           "Sunday, 31-Feb-94 08:49:37 GMT",
                           "Sunday, 06-Nov-94 08:49:37",
                           "Sun Nov 6 08:49:37 1994",
                           "Sun Nov   6 08:49:37 1994",
                           "Sun Nov  6 08:49:37 94",
                           "Sun Nov  6 08:49:37 1994 GMT",
                           "Sun Nov  0 08:49:37 1994",
                           "Sun Nov 31 08:49:37 1994"})
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
