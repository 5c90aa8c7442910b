// A batch on its way: lines in, requests out, as many at once as the service bears, results written as they
// come. All decisions are made on one thread; the crew only sends.
#pragma once

#include "base/error.hpp"
#include "cli/batch/batch_input.hpp"
#include "cli/batch/batch_output.hpp"
#include "cli/batch/batch_report.hpp"
#include "cli/batch/batch_requests.hpp"
#include "cli/batch/batch_tokens.hpp"
#include "cli/invoke/call_limits.hpp"
#include "service/batch/batch_result.hpp"
#include "service/batch/finished_lines.hpp"
#include "service/batch/send_pace.hpp"

#include <map>
#include <memory>
#include <optional>

namespace chutes::cli {

// What a batch is made of; all of it outlives the run.
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

  // Until all lines are done, or something ends the batch: what is under way then is waited for and kept.
  // What ends it at once (a signal, a full disk, --max-time) is thrown.
  void run();
  [[nodiscard]] const BatchTally& tally() const { return m_tally; }
  // What ended it before all lines were sent.
  [[nodiscard]] const std::optional<Error>& ending() const { return m_ending; }

private:
  struct InFlight; // a line under way
  using InFlightPointer = std::shared_ptr<InFlight>;

  [[nodiscard]] bool done() const;
  void send_what_may_go();
  [[nodiscard]] bool may_send() const;
  // A line that waits for its next attempt keeps its place among those under way.
  [[nodiscard]] bool may_admit() const;
  [[nodiscard]] InFlightPointer next_in_flight();
  [[nodiscard]] InFlightPointer admitted(service::BatchLine line);
  void launch(const InFlightPointer& in_flight);
  [[nodiscard]] SteadyInstant next_wake() const;

  void received(const InFlightPointer& in_flight, HttpResponse response);
  void failed(const InFlightPointer& in_flight, const Error& error);
  void renew_and_repeat(const InFlightPointer& in_flight, const HttpResponse& response);
  // Whether the line will be sent again, or the batch has ended over it.
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
  service::ParallelLimit m_parallel;
  service::RetryBudget m_budget;
  std::multimap<SteadyInstant, InFlightPointer> m_retries; // by when they are due
  SteadyInstant m_hold = SteadyInstant::min();             // nothing leaves before: the service asked for it
  SteadyInstant m_began;
  SteadyInstant m_shown_at = SteadyInstant::min(); // the progress
  SteadyInstant m_said_at = SteadyInstant::min();  // that the service is busy
  std::size_t m_under_way = 0;
  std::size_t m_places = 0; // of results, given so far
  BatchTally m_tally;
  std::optional<Error> m_ending;
};

} // namespace chutes::cli
