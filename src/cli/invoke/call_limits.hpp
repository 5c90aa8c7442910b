// How often a call is made again, and how long all of it may take (--retry, --max-time).
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
  // The time begins now. Throws Error{usage} for values out of bounds. `usual_retries`: where --retry is not
  // given.
  CallLimits(const InvokeOptions& options, long usual_retries, Context& context);

  [[nodiscard]] const service::RetryPolicy& policy() const { return m_policy; }
  [[nodiscard]] SteadyInstant deadline() const { return m_deadline; } // the end of time without --max-time
  [[nodiscard]] bool over() const { return m_context.platform.clock.steady() >= m_deadline; }
  // Why the command ends when `over`.
  [[nodiscard]] Error out_of_time() const;

  // What `attempt` answers, which may be called again as long as it has failed in passing and before the
  // service has done anything (service/retry_policy). Says what it waits for. Throws what the last attempt
  // threw.
  [[nodiscard]] HttpResponse call(const std::function<HttpResponse()>& attempt);

private:
  // Waits for the next attempt; false if there is to be none.
  [[nodiscard]] bool wait_after(const service::RetryableFailure& failure, const std::string& reason);
  [[nodiscard]] std::optional<HttpResponse> attempt_once(const std::function<HttpResponse()>& attempt);

  Context& m_context;
  service::RetryPolicy m_policy;
  std::optional<double> m_max_time;
  SteadyInstant m_deadline = SteadyInstant::max();
  long m_done = 0; // retries
};

} // namespace chutes::cli
