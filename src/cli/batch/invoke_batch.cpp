// `invoke --batch FILE`: sends one request for each line and writes one result for each.
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "cli/batch/batch_resume.hpp"
#include "cli/batch/batch_run.hpp"
#include "cli/invoke/invoke_options.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr long default_jobs = 8;
constexpr long most_jobs = 256;
constexpr long default_retries = 5;

void require_batch_options(const InvokeOptions& options) {
  if (has_chat_options(options) || options.data || !options.fields.empty() || !options.json_fields.empty() ||
      options.include || options.curl)
    throw Error{
        ErrorKind::usage, "--batch takes its requests from the lines of the file, not from options",
        "combine --batch only with -m, or a chute and a path, -X, -H, -o, and the options for batches"};
  if (options.model && !options.words.empty())
    throw Error{ErrorKind::usage, "--batch takes its prompts from the lines of the file, not from words",
                "omit the words, or omit -m to call a chute"};
  if (options.words.empty() && options.method)
    throw Error{ErrorKind::usage, "-X requires a chute", "set \"method\" in the lines instead"};
  if (options.resume && !options.output)
    throw Error{ErrorKind::usage, "--resume requires the file of results", "name it with -o"};
  if (options.jobs && (*options.jobs < 1 || *options.jobs > most_jobs))
    throw Error{ErrorKind::usage, "--jobs must be between 1 and " + std::to_string(most_jobs),
                "for example, --jobs 16"};
  if (options.max_cost && !(*options.max_cost > 0))
    throw Error{ErrorKind::usage, "--max-cost must be above 0 (USD)", "for example, --max-cost 2.50"};
}

service::SendPace pace_of(const InvokeOptions& options) {
  if (!options.rate)
    return {};
  const auto rate = service::parse_rate(*options.rate);
  if (!rate)
    throw Error{ErrorKind::usage, "--rate must be a number of requests per second, minute or hour",
                "for example, --rate 10/s, 90/m or 5000/h"};
  return service::SendPace{*rate};
}

// Returns the list prices; none if they are unavailable, unless --max-cost requires them.
service::TokenPrices prices_for(const BatchRequests& requests, const InvokeOptions& options,
                                Context& context) {
  if (!requests.for_models() && options.max_cost)
    throw Error{ErrorKind::usage, "--max-cost requires a model: calls of a chute have no list price",
                "omit --max-cost"};
  if (!requests.for_models())
    return {};
  try {
    return service::TokenPrices{
        service::read_models(service::fetch_models(context.endpoints, context.platform.http))};
  } catch (const Error& error) {
    if (options.max_cost || error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
    return {};
  }
}

// `input`: the requests of the input; null if it can be read only once, and is compared as it is read.
std::unique_ptr<LineWriter> open_results(const InvokeOptions& options, service::FinishedLines& finished,
                                         service::FinishedLines* input, Context& context) {
  if (!options.output)
    return nullptr;
  auto& files = context.platform.line_files;
  return options.resume ? files.resume(*options.output, keeping_answered(*options.output, finished, input))
                        : files.create(*options.output);
}

// Examines the input before anything is sent or written, and goes back to its start. Returns false for what
// can be read only once. `requests`: its requests, to be compared with results.
bool examine_if_possible(LineReader& input, const service::BatchDefaults& defaults,
                         const InvokeOptions& options, service::FinishedLines& requests) {
  if (!input.rewind())
    return false;
  examine_input(input, defaults, options.resume ? &requests : nullptr);
  if (!input.rewind())
    throw Error{ErrorKind::usage, "cannot read " + one_line(*options.batch, 200) + " again",
                "try again, or copy it to an ordinary file"};
  return true;
}

void report(const BatchTally& tally, Context& context) {
  context.notice(context.options.json ? json_line(summary_json(tally)) : summary_text(tally) + ".");
}

std::string resume_hint(const InvokeOptions& options) {
  return options.output ? "run the same command with --resume to continue"
                        : "write the results to a file with -o FILE to be able to resume a batch";
}

// Adds the hint unless the error's own says how to resume.
Error with_hint(const Error& error, const std::string& hint) {
  const bool resumes = error.hint().find("--resume") != std::string::npos;
  Error more{error.kind(), error.what(),
             error.hint().empty() ? hint : error.hint() + (resumes ? "" : "; " + hint)};
  if (error.status())
    more.with_status(*error.status());
  return more.with_request_id(error.request_id());
}

[[noreturn]] void end_early(const Error& error, const InvokeOptions& options, Context& context) {
  const auto hint = resume_hint(options);
  if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
    context.notice("Interrupted; " + hint + ".");
  throw with_hint(error, hint);
}

void require_all_answered(const BatchRun& run, const InvokeOptions& options, Context& context) {
  if (run.ending())
    end_early(*run.ending(), options, context);
  const auto failed = run.tally().failed;
  if (failed > 0)
    throw Error{ErrorKind::incomplete, counted(failed, "line") + " failed",
                options.output
                    ? "see their results for the reasons; run the same command with --resume to retry them"
                    : "see their results for the reasons"};
}

void run_batch(const BatchParts& parts, const InvokeOptions& options, BatchTokens& tokens, Context& context) {
  BatchRun run{parts, tokens, context};
  try {
    run.run();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::reader_gone)
      throw;
    report(run.tally(), context);
    end_early(error, options, context);
  }
  report(run.tally(), context);
  const auto unused = parts.finished.count() - std::min(parts.finished.count(), run.tally().finished_before);
  if (!run.ending() && unused > 0)
    context.notice("note: results in " + one_line(options.output.value_or(""), 200) +
                   " that belong to no line of this input: " + std::to_string(unused) + ".");
  require_all_answered(run, options, context);
}

} // namespace

void invoke_batch(const InvokeOptions& options, Context& context) {
  require_batch_options(options);
  const CallLimits limits{options, default_retries, context};
  const auto pace = pace_of(options);
  const auto reader = context.platform.line_files.read(*options.batch);
  const BatchRequests requests{options, limits.deadline(), context};
  service::FinishedLines input;
  const bool examined = examine_if_possible(*reader, requests.defaults(), options, input);
  if (options.dry_run) {
    describe_batch(*reader, requests, options, context);
    return;
  }
  context.platform.http.prepare(requests.host());
  BatchTokens tokens{context};
  static_cast<void>(tokens.current()); // without a session, fail before anything is opened
  const auto prices = prices_for(requests, options, context);
  service::FinishedLines finished;
  BatchOutput output{context.platform.terminal,
                     open_results(options, finished, examined ? &input : nullptr, context), options.ordered,
                     context.platform.terminal.output_is_terminal() && !options.raw};
  run_batch({*reader, output, requests, limits, finished, prices,
             static_cast<std::size_t>(options.jobs.value_or(default_jobs)), pace, options.max_cost},
            options, tokens, context);
}

} // namespace chutes::cli
