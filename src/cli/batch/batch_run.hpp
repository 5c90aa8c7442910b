// Runs a batch: reads lines, sends as many requests at once as the service accepts, and writes results as
// they arrive. One thread makes all decisions; the worker pool only sends.
#pragma once

#include "base/error.hpp"
#include "cli/batch/batch_input.hpp"
#include "cli/batch/batch_output.hpp"
#include "cli/batch/batch_report.hpp"
#include "cli/batch/batch_requests.hpp"
#include "cli/batch/batch_tokens.hpp"
#include "cli/invoke/call_limits.hpp"
#include "service/batch/batch_result.hpp"
#include "service/batch/custom_ids.hpp"
#include "service/batch/finished_lines.hpp"
#include "service/batch/send_pace.hpp"

#include <map>
#include <memory>
#include <optional>

namespace chutes::cli {

// What a run works with; everything must outlive it.
struct BatchParts {
  LineReader& reader;
  BatchOutput& output;
  const BatchRequests& requests;
  const CallLimits& limits;
  service::FinishedLines& finished;
  const service::TokenPrices& prices;
  std::size_t jobs;
  service::SendPace pace;
  std::optional<double> max_cost; // USD
};

class BatchRun {
public:
  BatchRun(const BatchParts& parts, BatchTokens& tokens, Context& context);
  ~BatchRun();
  BatchRun(const BatchRun&) = delete;
  BatchRun& operator=(const BatchRun&) = delete;

  // Runs until all lines are done or the batch is stopped. When it is stopped (`ending`), waits for the
  // requests in progress and writes their results. Throws what ends it at once: a signal, a full disk,
  // --max-time.
  void run();
  [[nodiscard]] const BatchTally& tally() const { return m_tally; }
  // Why the batch stopped before all lines were sent; absent if it did not.
  [[nodiscard]] const std::optional<Error>& ending() const { return m_ending; }

private:
  struct InFlight; // a line that is being sent
  using InFlightPointer = std::shared_ptr<InFlight>;

  [[nodiscard]] bool done() const;
  void send_what_may_go();
  [[nodiscard]] bool may_send() const;
  // A line that waits for its next attempt counts as one in progress.
  [[nodiscard]] bool may_admit() const;
  [[nodiscard]] InFlightPointer next_in_flight();
  [[nodiscard]] InFlightPointer admitted(service::BatchLine line);
  // Returns null, and writes the line's result, if it cannot be sent.
  [[nodiscard]] InFlightPointer checked(service::BatchLine line, const std::string& fault);
  void launch(const InFlightPointer& in_flight);
  [[nodiscard]] SteadyInstant next_wake() const;

  void received(const InFlightPointer& in_flight, HttpResponse response);
  void failed(const InFlightPointer& in_flight, const Error& error);
  void renew_and_repeat(const InFlightPointer& in_flight, const HttpResponse& response);
  // Schedules the next attempt, or stops the batch; false if the line must not be retried.
  [[nodiscard]] bool reschedule(const InFlightPointer& in_flight, const service::RetryableFailure& failure,
                                const Error& reason);
  void answer(const InFlight& in_flight, HttpResponse response);
  void fail(const InFlight& in_flight, const Error& error,
            std::optional<HttpResponse> response = std::nullopt);
  void count_cost(const service::BatchAnswer& answer, const std::optional<double>& cost);
  void end(const Error& error);
  void show_progress();

  BatchParts m_parts;
  BatchTokens& m_tokens;
  Context& m_context;
  std::unique_ptr<WorkerPool> m_pool;
  BatchInput m_input;
  service::CustomIds m_ids; // of the lines read
  service::ParallelLimit m_parallel;
  service::RetryBudget m_budget;
  std::multimap<SteadyInstant, InFlightPointer> m_retries; // by the time they are due
  SteadyInstant m_hold = SteadyInstant::min();             // the service asked to send nothing before
  SteadyInstant m_began;
  SteadyInstant m_shown_at = SteadyInstant::min(); // the progress line
  SteadyInstant m_said_at = SteadyInstant::min();  // the notice that the service is busy
  std::size_t m_in_progress = 0;
  std::size_t m_places = 0; // assigned to lines so far
  BatchTally m_tally;
  std::optional<Error> m_ending;
};

} // namespace chutes::cli
