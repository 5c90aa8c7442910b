#include "service/retry_policy.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;
using namespace std::chrono_literals;

namespace {

const Instant now = *parse_time("2026-11-23T12:00:00Z");

HttpResponse refusal(int status, HttpHeaders headers = {}) {
  return {status, std::move(headers), {}, {}};
}

} // namespace

TEST_CASE("429, 502, 503 and 504 may pass by themselves; no other answer does, 402 least of all") {
  CHECK(retryable_failure(refusal(429), now) == RetryableFailure{true, {}});
  CHECK(retryable_failure(refusal(503), now) == RetryableFailure{true, {}});
  CHECK(retryable_failure(refusal(502), now) == RetryableFailure{false, {}});
  CHECK(retryable_failure(refusal(504), now) == RetryableFailure{false, {}});
  for (const int status : {200, 302, 400, 401, 402, 403, 404, 408, 422, 500, 501})
    CHECK_FALSE(retryable_failure(refusal(status), now));
}

TEST_CASE("Retry-After is understood as seconds and as a date, by the server's clock if it sends the time") {
  CHECK(retryable_failure(refusal(429, {{"Retry-After", "7"}}), now)->pause == 7s);
  CHECK(retryable_failure(refusal(429, {{"retry-after", "Mon, 23 Nov 2026 12:01:30 GMT"}}), now)->pause ==
        90s);
  CHECK(retryable_failure(refusal(503, {{"Retry-After", "Mon, 23 Nov 2026 12:01:30 GMT"},
                                        {"Date", "Mon, 23 Nov 2026 12:01:00 GMT"}}),
                          now)
            ->pause == 30s);
  CHECK(retryable_failure(refusal(429, {{"Retry-After", "Mon, 23 Nov 2026 11:00:00 GMT"}}), now)->pause ==
        0s);
  for (const char* nonsense : {"", "soon", "-1", "7 s", "99999999999999999999"})
    CHECK_FALSE(retryable_failure(refusal(429, {{"Retry-After", nonsense}}), now)->pause);
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
