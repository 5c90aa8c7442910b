#include "service/retry_policy.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;
using namespace std::chrono_literals;

namespace {

const Instant now = *parse_time("2026-11-23T12:00:00Z");
constexpr std::chrono::seconds ages{1L << 31};

HttpResponse refusal(int status, HttpHeaders headers = {}) {
  return {status, std::move(headers), {}, {}};
}

} // namespace

TEST_CASE("408, 429, 502, 503 and 504 may pass by themselves; no other answer does, 402 least of all") {
  CHECK(retryable_failure(refusal(429), now) == RetryableFailure{true, {}});
  CHECK(retryable_failure(refusal(503), now) == RetryableFailure{true, {}});
  CHECK(retryable_failure(refusal(408), now) == RetryableFailure{false, {}});
  CHECK(retryable_failure(refusal(502), now) == RetryableFailure{false, {}});
  CHECK(retryable_failure(refusal(504), now) == RetryableFailure{false, {}});
  for (const int status : {200, 302, 400, 401, 402, 403, 404, 422, 500, 501})
    CHECK_FALSE(retryable_failure(refusal(status), now));
}

TEST_CASE("Retry-After is understood as seconds and as a date, by the server's clock if it sends the time") {
  const std::pair<const char*, std::chrono::seconds> values[] = {
      {"0", 0s},
      {"7", 7s},
      {"007", 7s},
      {"3600", 3600s},
      {"0.0", 0s},
      {"0.001", 1s},
      {"1.5", 2s},
      {"30.000", 30s},
      {"59.99999999999999999999999", 60s},
      {"2147483648", ages},
      {"99999999999", ages},
      {"99999999999999999999", ages},
      {"99999999999999999999.5", ages},
      {"2147483648.5", ages},
      {"Mon, 23 Nov 2026 12:01:30 GMT", 90s},
      {"Monday, 23-Nov-26 12:01:30 GMT", 90s},
      {"Mon Nov 23 12:01:30 2026", 90s},
      {"Tue Dec  1 12:00:00 2026", 8 * 86400s},
      {"Mon, 23 Nov 2026 12:00:00 GMT", 0s},
      {"Mon, 23 Nov 2026 11:00:00 GMT", 0s},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 0s},
      {"Sun Nov  6 08:49:37 1994", 0s},
  };
  for (const auto& [text, pause] : values) {
    CAPTURE(text);
    CHECK(retryable_failure(refusal(429, {{"retry-after", text}}), now)->pause == pause);
  }
  for (const char* theirs :
       {"Mon, 23 Nov 2026 12:01:00 GMT", "Monday, 23-Nov-26 12:01:00 GMT", "Mon Nov 23 12:01:00 2026"})
    CHECK(retryable_failure(
              refusal(503, {{"Retry-After", "Mon, 23 Nov 2026 12:01:30 GMT"}, {"Date", theirs}}), now)
              ->pause == 30s);
}

TEST_CASE("a Retry-After that is neither a number nor a date asks for nothing") {
  for (const char* nonsense : {"",
                               "soon",
                               "-1",
                               "+1",
                               "7 s",
                               "7s",
                               "1,5",
                               "1.",
                               ".5",
                               "1.5.5",
                               "1e3",
                               "0x10",
                               "NaN",
                               "inf",
                               "1.x",
                               "PT5S",
                               "12:01:30",
                               "2026-11-23T12:01:30Z",
                               "Mon, 23 Nov 2026 12:01:30 CET",
                               "23 Nov 2026 12:01:30",
                               "Mon, 31 Feb 2026 12:01:30 GMT"}) {
    CAPTURE(nonsense);
    CHECK_FALSE(retryable_failure(refusal(429, {{"Retry-After", nonsense}}), now)->pause);
  }
}

TEST_CASE("a connection that failed before a byte left may be tried again, one that was cut may not") {
  Error refused{ErrorKind::network, "refused"};
  CHECK_FALSE(retryable_failure(refused));
  CHECK(retryable_failure(refused.with_nothing_sent()) == RetryableFailure{});
  CHECK_FALSE(retryable_failure(Error{ErrorKind::usage, "plain http"}.with_nothing_sent()));
}

TEST_CASE("pauses double from a second to a minute, and chance takes off up to a half") {
  const RetryPolicy policy{20};
  CHECK(policy.pause({}, 0, std::byte{0}) == 1000ms);
  CHECK(policy.pause({}, 1, std::byte{0}) == 2000ms);
  CHECK(policy.pause({}, 5, std::byte{0}) == 32'000ms);
  CHECK(policy.pause({}, 6, std::byte{0}) == 60'000ms);
  CHECK(policy.pause({}, 19, std::byte{0}) == 60'000ms);
  CHECK(policy.pause({}, 0, std::byte{128}) == 750ms);
  CHECK(*policy.pause({}, 0, std::byte{255}) > 500ms);
}

TEST_CASE("what the service asks for is waited for as it is, up to ten minutes") {
  const RetryPolicy policy{3};
  CHECK(policy.pause({true, 7s}, 2, std::byte{255}) == 7000ms);
  CHECK(policy.pause({true, 600s}, 0, std::byte{0}) == 600'000ms);
  CHECK_FALSE(policy.pause({true, 601s}, 0, std::byte{0}));
}

TEST_CASE("after as many retries as are allowed there is none; without any there never is") {
  CHECK_FALSE(RetryPolicy{3}.pause({}, 3, std::byte{0}));
  CHECK(RetryPolicy{3}.pause({}, 2, std::byte{0}));
  CHECK_FALSE(RetryPolicy{0}.pause({}, 0, std::byte{0}));
}

TEST_CASE("a budget of retries is spent by retries and earned by successes, up to what it was") {
  RetryBudget budget{2};
  budget.earn();
  CHECK(budget.spend());
  CHECK(budget.spend());
  CHECK_FALSE(budget.spend());
  budget.earn();
  CHECK(budget.spend());
  CHECK_FALSE(budget.spend());
}
