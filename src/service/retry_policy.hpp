// Whether a call that failed may be made again, and after how long: as a value, for calls of all kinds.
#pragma once

#include "base/error.hpp"
#include "platform/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace chutes::service {

// How long the service asks to be left alone (RFC 9110 §10.2.3): seconds, or a date, of which the time left
// by the server's clock counts, else by ours. Absent if it does not ask, or nobody can make sense of it.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(const HttpResponse& response,
                                                              std::optional<Instant> now);

// A failure that may pass by itself, of a call that has cost nothing.
struct RetryableFailure {
  bool crowded = false;                        // 429 or 503: fewer calls at once may help
  std::optional<std::chrono::seconds> pause{}; // what the service asks for (RFC 9110 §10.2.3)

  friend bool operator==(const RetryableFailure&, const RetryableFailure&) = default;
};

// For 429, 502, 503 and 504; absent for every other answer: a 402 is for the account's owner to mend.
[[nodiscard]] std::optional<RetryableFailure> retryable_failure(const HttpResponse& response, Instant now);
// For connections that failed before a byte of the request left. What was sent may have been worked on and
// paid for, and is not sent twice.
[[nodiscard]] std::optional<RetryableFailure> retryable_failure(const Error& error);

class RetryPolicy {
public:
  explicit RetryPolicy(long retries) : m_retries(retries) {}

  // How long to wait before the next attempt, after `done` retries: what the service asks for, else one
  // second, doubled with each retry up to a minute, of which `chance` takes off up to a half. Absent: there
  // is to be none, because there were enough or because the service asks for more than ten minutes.
  [[nodiscard]] std::optional<std::chrono::milliseconds> pause(const RetryableFailure& failure, long done,
                                                               std::byte chance) const;
  [[nodiscard]] long retries() const { return m_retries; }

private:
  long m_retries;
};

// Keeps many calls from being repeated for ever where none succeeds any more: repeating spends, succeeding
// earns.
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
