#include "cli/batch/batch_run.hpp"

#include "base/terminal_text.hpp"
#include "cli/batch/batch_resume.hpp"
#include "cli/command/exit_code.hpp"
#include "service/service_error.hpp"

#include <algorithm>
#include <exception>

namespace chutes::cli {
namespace {

constexpr std::size_t places_ahead = 16; // results per job that may wait for their turn
constexpr std::chrono::milliseconds progress_interval{200};
constexpr std::chrono::minutes busy_notice_interval{1};

long budget_for(const BatchParts& parts) {
  constexpr long least = 100;
  return std::max(least, static_cast<long>(parts.jobs) * parts.limits.policy().retries());
}

constexpr const char* without_max_cost = "continue with --resume and without --max-cost";

Error without_price(const std::string& model) {
  return Error{ErrorKind::limit, "the service lists no price for " + one_line(model, 100), without_max_cost};
}

bool is_interruption(const Error& error) {
  return error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated;
}

} // namespace

struct BatchRun::InFlight {
  service::BatchLine line;
  std::size_t place = 0;
  long attempts = 0;
  bool renewed = false; // sent again after a 401, with another token
  Secret token{};
  SteadyInstant sent_at{};
};

BatchRun::BatchRun(const BatchParts& parts, BatchTokens& tokens, Context& context)
    : m_parts(parts),
      m_tokens(tokens),
      m_context(context),
      m_pool(context.platform.worker_pools.start(parts.jobs + 1)), // one reads
      m_input(parts.reader, parts.requests.defaults(), *m_pool),
      m_parallel(parts.jobs),
      m_budget(budget_for(parts)),
      m_began(context.platform.clock.steady()) {}

BatchRun::~BatchRun() {
  m_pool->stop(); // a worker may still be reading
}

void BatchRun::run() {
  try {
    while (true) {
      send_what_may_go();
      if (done())
        break;
      show_progress();
      static_cast<void>(m_pool->wait(next_wake()));
      m_pool->run_completions();
      if (m_parts.limits.over())
        throw m_parts.limits.out_of_time();
    }
  } catch (const Error& error) {
    m_pool->stop();
    end(error);
    if (error.kind() != ErrorKind::internal && error.kind() != ErrorKind::reader_gone)
      m_pool->run_completions(); // answers that have arrived are paid for
    throw;
  }
  m_context.platform.terminal.progress("");
}

bool BatchRun::done() const {
  return m_in_progress == 0 && (m_ending || (m_input.ended() && m_retries.empty()));
}

bool BatchRun::may_send() const {
  const auto now = m_context.platform.clock.steady();
  return !m_ending && m_in_progress < m_parallel.now() && now >= m_hold && now >= m_parts.pace.next();
}

bool BatchRun::may_admit() const {
  return !m_ending && m_in_progress + m_retries.size() < m_parallel.now() &&
         m_parts.output.ahead(m_places) < places_ahead * m_parts.jobs;
}

void BatchRun::send_what_may_go() {
  while (may_send()) {
    const auto in_flight = next_in_flight();
    if (!in_flight)
      return;
    launch(in_flight);
  }
}

BatchRun::InFlightPointer BatchRun::next_in_flight() {
  if (!m_retries.empty() && m_retries.begin()->first <= m_context.platform.clock.steady()) {
    auto in_flight = m_retries.begin()->second;
    m_retries.erase(m_retries.begin());
    return in_flight;
  }
  while (may_admit()) {
    auto line = m_input.next();
    if (!line)
      return nullptr;
    if (auto in_flight = admitted(std::move(*line)))
      return in_flight;
  }
  return nullptr;
}

BatchRun::InFlightPointer BatchRun::checked(service::BatchLine line, const std::string& fault) {
  auto in_flight = std::make_shared<InFlight>(InFlight{std::move(line), m_places++});
  try {
    if (!fault.empty())
      throw Error{ErrorKind::usage, fault};
    m_parts.requests.check(in_flight->line);
  } catch (const Error& error) {
    fail(*in_flight, error);
    return nullptr;
  }
  return in_flight;
}

BatchRun::InFlightPointer BatchRun::admitted(service::BatchLine line) {
  // An earlier line's id: what was answered before is that line, whatever this one asks.
  if (const auto fault = m_ids.fault_of(line); !fault.empty())
    return checked(std::move(line), fault);
  switch (m_parts.finished.verdict(line)) {
  case service::FinishedLines::Verdict::finished:
    ++m_tally.finished_before;
    return nullptr;
  case service::FinishedLines::Verdict::other:
    end(foreign_results(line));
    return nullptr;
  case service::FinishedLines::Verdict::open:
    break;
  }
  auto in_flight = checked(std::move(line), {});
  if (in_flight && m_parts.max_cost && m_parts.prices.lists_without_price(in_flight->line.model)) {
    end(without_price(in_flight->line.model));
    return nullptr;
  }
  return in_flight;
}

void BatchRun::launch(const InFlightPointer& in_flight) {
  try {
    in_flight->token = m_tokens.current();
  } catch (const Error& error) {
    if (is_interruption(error))
      throw;
    end(error);
    return;
  }
  ++in_flight->attempts;
  in_flight->sent_at = m_context.platform.clock.steady();
  m_parts.pace.sent(in_flight->sent_at);
  ++m_in_progress;
  auto request = std::make_shared<HttpRequest>(m_parts.requests.request(in_flight->line, in_flight->token));
  m_pool->submit([this, in_flight, request, &http = m_context.platform.http]() -> Completion {
    try {
      return [this, in_flight, response = http.send(*request)]() mutable {
        received(in_flight, std::move(response));
      };
    } catch (const Error& error) {
      return [this, in_flight, error] { failed(in_flight, error); };
    } catch (...) {
      return [failure = std::current_exception()] { std::rethrow_exception(failure); };
    }
  });
}

SteadyInstant BatchRun::next_wake() const {
  auto wake = m_parts.limits.deadline();
  const bool room = !m_ending && m_in_progress < m_parallel.now();
  const auto gate = std::max(m_hold, m_parts.pace.next());
  if (may_admit() && !m_input.reading() && !m_input.ended())
    wake = std::min(wake, gate);
  if (room && !m_retries.empty())
    wake = std::min(wake, std::max(gate, m_retries.begin()->first));
  if (m_context.platform.terminal.error_is_terminal() && m_in_progress > 0)
    wake = std::min(wake, m_context.platform.clock.steady() + 5 * progress_interval);
  return wake;
}

void BatchRun::received(const InFlightPointer& in_flight, HttpResponse response) {
  --m_in_progress;
  if (response.status / 100 == 2) {
    m_parallel.succeeded();
    m_budget.earn();
    answer(*in_flight, std::move(response));
    return;
  }
  if (response.status == 401) {
    renew_and_repeat(in_flight, response);
    return;
  }
  const auto error =
      m_context.explained(service::service_error(response, "answer the request", "chutes:invoke"));
  const auto failure = service::retryable_failure(response, m_context.platform.clock.now());
  if (response.status == 402)
    end(error);
  else if (!failure || !reschedule(in_flight, *failure, error))
    fail(*in_flight, error, std::move(response));
}

void BatchRun::failed(const InFlightPointer& in_flight, const Error& error) {
  --m_in_progress;
  if (is_interruption(error) || m_parts.limits.over())
    return; // the whole batch ends
  const auto failure = service::retryable_failure(error);
  if (!failure || !reschedule(in_flight, *failure, error))
    fail(*in_flight, error);
}

void BatchRun::renew_and_repeat(const InFlightPointer& in_flight, const HttpResponse& response) {
  if (m_ending)
    return;
  try {
    if (!in_flight->renewed && m_tokens.renew(in_flight->token)) {
      in_flight->renewed = true;
      m_retries.emplace(m_context.platform.clock.steady(), in_flight);
      return;
    }
    end(service::service_error(response, "answer the request", "chutes:invoke"));
  } catch (const Error& error) {
    if (is_interruption(error))
      throw;
    end(error);
  }
}

bool BatchRun::reschedule(const InFlightPointer& in_flight, const service::RetryableFailure& failure,
                          const Error& reason) {
  const auto now = m_context.platform.clock.steady();
  std::byte chance{};
  m_context.platform.random.fill({&chance, 1});
  const auto pause = m_parts.limits.policy().pause(failure, in_flight->attempts - 1, chance);
  if (!pause)
    return false;
  if (failure.crowded)
    m_parallel.crowded(in_flight->sent_at, now);
  if (failure.pause)
    m_hold = std::max(m_hold, now + *pause);
  if (m_ending)
    return true;
  if (!m_budget.spend()) {
    end(Error{reason.kind(), std::string{"too many requests fail: "} + reason.what(), reason.hint()});
    return true;
  }
  if (now - busy_notice_interval >= m_said_at) {
    m_said_at = now;
    m_context.notice(one_line(reason.what(), 300) + "; waiting, then sending fewer requests at once.");
  }
  ++m_tally.retries;
  m_retries.emplace(now + *pause, in_flight);
  return true;
}

void BatchRun::answer(const InFlight& in_flight, HttpResponse response) {
  const auto read = service::read_batch_answer(response, m_parts.requests.question_of(in_flight.line));
  std::optional<double> cost;
  if (read.use) {
    cost = m_parts.prices.cost(read.model, *read.use);
    if (!cost)
      cost = m_parts.prices.cost(in_flight.line.model, *read.use);
  }
  service::BatchOutcome outcome{std::move(response), std::nullopt, in_flight.attempts};
  if (!read.defect.empty())
    outcome.failure = {exit_code(ErrorKind::incomplete).name, read.defect};
  ++(read.defect.empty() ? m_tally.answered : m_tally.failed);
  m_tally.add(read.use, cost);
  m_parts.output.put(in_flight.place, service::render_batch_result(in_flight.line, outcome, &read, cost));
  count_cost(read, cost);
}

void BatchRun::fail(const InFlight& in_flight, const Error& error, std::optional<HttpResponse> response) {
  ++m_tally.failed;
  std::optional<service::BatchAnswer> read;
  if (response)
    read = service::read_batch_answer(*response);
  const service::BatchOutcome outcome{std::move(response),
                                      service::BatchFailure{exit_code(error.kind()).name, error.what()},
                                      in_flight.attempts};
  m_parts.output.put(in_flight.place, service::render_batch_result(in_flight.line, outcome,
                                                                   read ? &*read : nullptr, std::nullopt));
}

void BatchRun::count_cost(const service::BatchAnswer& answer, const std::optional<double>& cost) {
  if (!m_parts.max_cost)
    return;
  if (!cost)
    end(answer.use ? without_price(answer.model)
                   : Error{ErrorKind::limit,
                           "an answer reports no usable count of its tokens, so its cost is unknown",
                           without_max_cost});
  else if (m_tally.cost_usd >= *m_parts.max_cost)
    end(Error{ErrorKind::limit, "the batch reached --max-cost",
              "continue with --resume and a higher --max-cost"});
}

void BatchRun::end(const Error& error) {
  if (!m_ending)
    m_ending = error;
}

void BatchRun::show_progress() {
  const auto now = m_context.platform.clock.steady();
  if (m_context.options.quiet || now - progress_interval < m_shown_at)
    return;
  m_shown_at = now;
  m_context.platform.terminal.progress(progress_text(m_tally, m_in_progress, now - m_began));
}

} // namespace chutes::cli
