// `invoke --batch FILE`: many requests, one a line, and one result a line.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/batch/batch_run.hpp"
#include "cli/batch/batch_survey.hpp"
#include "cli/invoke/invoke_options.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr long usual_jobs = 8;
constexpr long most_jobs = 256;
constexpr long usual_retries = 5;

void require_batch_options(const InvokeOptions& options) {
  if (steers_chat(options) || options.data || !options.fields.empty() || !options.json_fields.empty() ||
      options.include || options.curl)
    throw Error{ErrorKind::usage, "what a batch asks stands in its lines, not in options",
                "beside --batch: -m, or a chute and a path, -X, -H, -o, and those of batches"};
  if (options.model && !options.words.empty())
    throw Error{ErrorKind::usage, "a batch takes its prompts from its lines, not from words",
                "leave out the words, or -m"};
  if (options.words.empty() && options.method)
    throw Error{ErrorKind::usage, "-X goes with a chute", "in a line, \"method\" says the same"};
  if (options.resume && !options.output)
    throw Error{ErrorKind::usage, "--resume wants the file of results to go on with", "name it with -o"};
  if (options.jobs && (*options.jobs < 1 || *options.jobs > most_jobs))
    throw Error{ErrorKind::usage, "--jobs wants a number from 1 to " + std::to_string(most_jobs),
                "for example --jobs 16"};
  if (options.max_cost && !(*options.max_cost > 0))
    throw Error{ErrorKind::usage, "--max-cost wants an amount in USD above 0", "for example --max-cost 2.50"};
}

service::SendPace pace_of(const InvokeOptions& options) {
  if (!options.rate)
    return {};
  const auto rate = service::parse_rate(*options.rate);
  if (!rate)
    throw Error{ErrorKind::usage, "--rate wants requests in a time",
                "for example --rate 10/s, 90/m or 5000/h"};
  return service::SendPace{*rate};
}

// Only --max-cost cannot do without them.
service::TokenPrices prices_for(const BatchRequests& requests, const InvokeOptions& options,
                                Context& context) {
  if (!requests.for_models() && options.max_cost)
    throw Error{ErrorKind::usage,
                "--max-cost counts the tokens of models; a chute's calls have no list price", "leave it out"};
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

std::unique_ptr<LineWriter> open_results(const InvokeOptions& options, service::FinishedLines& finished,
                                         Context& context) {
  if (!options.output)
    return nullptr;
  auto& files = context.platform.line_files;
  return options.resume ? files.resume(*options.output, keeping_answered(*options.output, finished))
                        : files.create(*options.output);
}

void report(const BatchTally& tally, Context& context) {
  context.notice(context.options.json ? json_line(summary_json(tally)) : summary_text(tally) + ".");
}

std::string how_to_go_on(const InvokeOptions& options) {
  return options.output ? "the same command with --resume goes on where it ended"
                        : "with -o FILE a batch can be resumed";
}

Error with_hint(const Error& error, const std::string& hint) {
  Error more{error.kind(), error.what(), error.hint().empty() ? hint : error.hint() + "; " + hint};
  if (error.status())
    more.with_status(*error.status());
  return more.with_request_id(error.request_id());
}

[[noreturn]] void end_early(const Error& error, const InvokeOptions& options, Context& context) {
  const auto hint = how_to_go_on(options);
  if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
    context.notice("Interrupted; " + hint + ".");
  throw with_hint(error, hint);
}

void require_all_answered(const BatchRun& run, const InvokeOptions& options, Context& context) {
  if (run.ending())
    end_early(*run.ending(), options, context);
  const auto failed = run.tally().failed;
  if (failed > 0)
    throw Error{ErrorKind::incomplete,
                std::to_string(failed) + (failed == 1 ? " line" : " lines") + " failed",
                options.output ? "their results say why; the same command with --resume tries them again"
                               : "their results say why"};
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
  require_all_answered(run, options, context);
}

} // namespace

void invoke_batch(const InvokeOptions& options, Context& context) {
  require_batch_options(options);
  const CallLimits limits{options, usual_retries, context};
  const auto pace = pace_of(options);
  const auto reader = context.platform.line_files.read(*options.batch);
  const BatchRequests requests{options, limits.deadline(), context};
  if (options.dry_run) {
    describe_batch(*reader, requests, options, context);
    return;
  }
  context.platform.http.prepare(requests.host());
  BatchTokens tokens{context};
  static_cast<void>(tokens.current()); // who is not signed in learns it before anything is opened
  const auto prices = prices_for(requests, options, context);
  service::FinishedLines finished;
  BatchOutput output{context.platform.terminal, open_results(options, finished, context), options.ordered,
                     context.platform.terminal.output_is_terminal() && !options.raw};
  if (options.resume && *options.batch != "-")
    require_same_input(*context.platform.line_files.read(*options.batch), requests.defaults(), finished);
  run_batch({*reader, output, requests, limits, finished, prices,
             static_cast<std::size_t>(options.jobs.value_or(usual_jobs)), pace, options.max_cost},
            options, tokens, context);
}

} // namespace chutes::cli
