// Decides whether a failed call may be repeated, and after how long.
#pragma once

#include "base/error.hpp"
#include "platform/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace chutes::service {

// Returns the delay of the Retry-After header (RFC 9110 §10.2.3): seconds (a fraction is rounded up, what is
// too large to count is 68 years), or the time left until a date, in any form, by the server's clock (its
// Date header), else by `now`. Absent without the header, or if its value is invalid.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(const HttpResponse& response,
                                                              std::optional<Instant> now);

// A failure that may be temporary, of a call that cost nothing.
struct RetryableFailure {
  bool crowded = false;                        // 429 or 503: fewer parallel calls may help
  std::optional<std::chrono::seconds> pause{}; // of the Retry-After header

  friend bool operator==(const RetryableFailure&, const RetryableFailure&) = default;
};

// For 408, 429, 502, 503 and 504; absent for every other answer: only the account's owner can fix a 402.
[[nodiscard]] std::optional<RetryableFailure> retryable_failure(const HttpResponse& response, Instant now);
// For connections that failed before a byte of the request was sent. A request that was sent may have been
// processed and billed, and is not sent twice.
[[nodiscard]] std::optional<RetryableFailure> retryable_failure(const Error& error);

class RetryPolicy {
public:
  explicit RetryPolicy(long retries) : m_retries(retries) {}

  // Returns how long to wait before the next attempt, after `done` retries: what the service asks for, else
  // one second, doubled with each retry up to a minute, less up to half of it by `jitter`. Absent if there
  // must be no further attempt: all retries are used, or the service asks for more than ten minutes.
  [[nodiscard]] std::optional<std::chrono::milliseconds> pause(const RetryableFailure& failure, long done,
                                                               std::byte jitter) const;
  [[nodiscard]] long retries() const { return m_retries; }

private:
  long m_retries;
};

// Bounds the retries of many calls while none succeeds: a retry spends, a success earns.
class RetryBudget {
public:
  explicit RetryBudget(long most) : m_most(most), m_left(most) {}
  [[nodiscard]] bool spend() { return m_left > 0 && m_left-- > 0; }
  void earn() { m_left += m_left < m_most ? 1 : 0; }

private:
  long m_most;
  long m_left;
};

} // namespace chutes::service
