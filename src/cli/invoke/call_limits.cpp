#include "cli/invoke/call_limits.hpp"

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace chutes::cli {
namespace {

constexpr long most_retries = 100;
constexpr double longest_time = 30.0 * 86400; // seconds

long checked_retries(const InvokeOptions& options, long default_retries) {
  const long retries = options.retry.value_or(default_retries);
  if (retries < 0 || retries > most_retries)
    throw Error{ErrorKind::usage, "--retry must be between 0 and " + std::to_string(most_retries),
                "for example, --retry 5"};
  return retries;
}

std::string seconds_text(double seconds) {
  return short_decimal(seconds) + (seconds == 1 ? " second" : " seconds");
}

} // namespace

CallLimits::CallLimits(const InvokeOptions& options, long default_retries, Context& context)
    : m_context(context), m_policy(checked_retries(options, default_retries)), m_max_time(options.max_time) {
  if (!m_max_time)
    return;
  if (!(*m_max_time > 0 && *m_max_time <= longest_time))
    throw Error{ErrorKind::usage, "--max-time must be above 0 seconds and at most 30 days",
                "for example, --max-time 60"};
  m_deadline = context.platform.clock.steady() + std::chrono::duration_cast<SteadyInstant::duration>(
                                                     std::chrono::duration<double>{*m_max_time});
}

Error CallLimits::out_of_time() const {
  return Error{ErrorKind::network,
               "not finished within " + seconds_text(m_max_time.value_or(0)) + " (--max-time)",
               "increase --max-time, or try again; what was received has been kept"};
}

HttpResponse CallLimits::call(const std::function<HttpResponse()>& attempt) {
  while (true)
    if (auto response = attempt_once(attempt))
      return std::move(*response);
}

std::optional<HttpResponse> CallLimits::attempt_once(const std::function<HttpResponse()>& attempt) {
  try {
    auto response = attempt();
    const auto failure = service::retryable_failure(response, m_context.platform.clock.now());
    if (failure &&
        wait_after(*failure, "The service is busy (status " + std::to_string(response.status) + ")"))
      return std::nullopt;
    return response;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::network && over())
      throw out_of_time();
    const auto failure = service::retryable_failure(error);
    if (failure && wait_after(*failure, std::string{"The request failed: "} + error.what()))
      return std::nullopt;
    throw;
  }
}

bool CallLimits::wait_after(const service::RetryableFailure& failure, const std::string& reason) {
  std::byte chance{};
  m_context.platform.random.fill({&chance, 1});
  const auto pause = m_policy.pause(failure, m_done, chance);
  if (!pause || m_context.platform.clock.steady() + *pause >= m_deadline)
    return false;
  ++m_done;
  m_context.notice(reason + "; retrying in " +
                   duration_text(std::chrono::ceil<std::chrono::seconds>(*pause)) + " (" +
                   std::to_string(m_done) + " of " + std::to_string(m_policy.retries()) + ")…");
  m_context.platform.signals.pause(m_context.platform.clock.steady() + *pause);
  return true;
}

} // namespace chutes::cli
