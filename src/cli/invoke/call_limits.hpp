// The limits of a call: how often it is retried, and how long it may take in all (--retry, --max-time).
#pragma once

#include "cli/command/context.hpp"
#include "cli/invoke/invoke_options.hpp"
#include "service/retry_policy.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace chutes::cli {

class CallLimits {
public:
  // Starts the clock of --max-time. Throws Error{usage} for values out of range.
  CallLimits(const InvokeOptions& options, long default_retries, Context& context);

  [[nodiscard]] const service::RetryPolicy& policy() const { return m_policy; }
  // SteadyInstant::max() without --max-time.
  [[nodiscard]] SteadyInstant deadline() const { return m_deadline; }
  [[nodiscard]] bool over() const { return m_context.platform.clock.steady() >= m_deadline; }
  // The error that ends the command when `over`.
  [[nodiscard]] Error out_of_time() const;

  // Returns the response of `attempt`, which it calls again after failures that service/retry_policy allows
  // to retry: temporary ones, before the service has done anything. Prints a notice before each wait. Throws
  // what the last attempt threw, or `out_of_time`.
  [[nodiscard]] HttpResponse call(const std::function<HttpResponse()>& attempt);

private:
  // Waits until the next attempt; returns false if there is none.
  [[nodiscard]] bool wait_after(const service::RetryableFailure& failure, const std::string& reason);
  [[nodiscard]] std::optional<HttpResponse> attempt_once(const std::function<HttpResponse()>& attempt);

  Context& m_context;
  service::RetryPolicy m_policy;
  std::optional<double> m_max_time;
  SteadyInstant m_deadline = SteadyInstant::max();
  long m_done = 0; // retries
};

} // namespace chutes::cli
