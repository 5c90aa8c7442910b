#include "service/retry_policy.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace chutes::service {
namespace {

constexpr std::chrono::minutes longest_accepted{10};
constexpr std::chrono::seconds longest_delay{1L << 31}; // what RFC 9111 §1.2.2 counts at least
constexpr std::chrono::milliseconds first_pause{1000};
constexpr std::chrono::milliseconds longest_pause{60'000};

std::chrono::milliseconds doubled(long times) {
  constexpr long enough = 6; // doublings to reach the longest
  return std::min(first_pause * (1L << std::min(times, enough)), longest_pause);
}

// "120"; also with a fraction, which is rounded up. What is too long to count is a very long time.
std::optional<std::chrono::seconds> delay_seconds(std::string_view text) {
  const auto whole = text.substr(0, text.find('.'));
  const auto fraction = text.substr(std::min(whole.size() + 1, text.size()));
  const auto all_digits = [](std::string_view digits) {
    return std::all_of(digits.begin(), digits.end(), is_digit);
  };
  if (whole.empty() || text.ends_with('.') || !all_digits(whole) || !all_digits(fraction))
    return std::nullopt;
  long seconds = 0;
  const auto counted = std::from_chars(whole.data(), whole.data() + whole.size(), seconds).ec == std::errc{};
  if (!counted || std::chrono::seconds{seconds} >= longest_delay)
    return longest_delay;
  const bool more = fraction.find_first_not_of('0') != std::string_view::npos;
  return std::chrono::seconds{seconds + (more ? 1 : 0)};
}

} // namespace

std::optional<std::chrono::seconds> retry_after(const HttpResponse& response, std::optional<Instant> now) {
  const auto text = response.header("Retry-After");
  if (!text)
    return std::nullopt;
  if (const auto date = parse_http_date(*text)) {
    const auto from = response.date() ? response.date() : now;
    return from ? std::optional{std::max(*date - *from, std::chrono::seconds{0})} : std::nullopt;
  }
  return delay_seconds(*text);
}

std::optional<RetryableFailure> retryable_failure(const HttpResponse& response, Instant now) {
  switch (response.status) {
  case 429:
  case 503:
    return RetryableFailure{true, retry_after(response, now)};
  case 408: // it has not received all of the request (RFC 9110 §15.5.9)
  case 502:
  case 504:
    return RetryableFailure{false, retry_after(response, now)};
  default:
    return std::nullopt;
  }
}

std::optional<RetryableFailure> retryable_failure(const Error& error) {
  if (error.kind() != ErrorKind::network || !error.nothing_sent())
    return std::nullopt;
  return RetryableFailure{};
}

std::optional<std::chrono::milliseconds> RetryPolicy::pause(const RetryableFailure& failure, long done,
                                                            std::byte jitter) const {
  if (done >= m_retries || (failure.pause && *failure.pause > longest_accepted))
    return std::nullopt;
  if (failure.pause)
    return *failure.pause;
  constexpr int whole = 512; // a byte takes off less than half
  const auto longest = doubled(done);
  return longest - longest * std::to_integer<int>(jitter) / whole;
}

} // namespace chutes::service
