#include "cli/invoke/answer_validation.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/lenient_json.hpp"
#include "base/terminal_text.hpp"
#include "service/schema/json_schema.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_remark = 2000; // bytes of a refusal or a tool call
constexpr std::size_t longest_reason = 40;   // bytes of a finish_reason

bool fails_on(const InvokeOptions& options, const char* ending) {
  return options.strict ||
         std::find(options.fail_on.begin(), options.fail_on.end(), ending) != options.fail_on.end();
}

Error early(const std::string& what, const std::string& hint) {
  return {ErrorKind::incomplete, "the answer stopped early: " + what, hint};
}

constexpr const char* allow_more = "increase --max-tokens";

constexpr const char* ask_otherwise = "rephrase the prompt, or try another model";

// Throws if --strict or --fail-on treats the ending as a failure; else prints a notice of any but a good one.
void validate_ending(const service::ChatOutcome& outcome, const InvokeOptions& options, Context& context) {
  const auto reason = one_line(outcome.worst_reason, longest_reason);
  const auto named = "finish_reason " + quote(reason);
  switch (outcome.ending) {
  case service::Ending::complete:
  case service::Ending::failed:
    break;
  case service::Ending::length:
    if (fails_on(options, "length"))
      throw early(reason, allow_more);
    context.notice("The answer stopped early, at its limit of tokens (" + named + ").");
    break;
  case service::Ending::filter:
    if (fails_on(options, "filter"))
      throw early(reason, ask_otherwise);
    context.notice("A content filter stopped the answer (" + named + ").");
    break;
  case service::Ending::unknown:
    if (options.strict)
      throw early(reason, "try again; this finish_reason is not known to end a complete answer");
    context.notice("The answer may be incomplete: its " + named + " is not known.");
    break;
  }
  if (!outcome.refusal.empty() && fails_on(options, "filter"))
    throw early("the model refused", ask_otherwise);
}

void validate_form(const service::ChatOutcome& outcome, const std::string& schema_text, Context& context) {
  const auto schema = parse_json(schema_text);
  if (!schema)
    return;
  auto document = parse_json(outcome.text);
  if (!document && Json::accept(outcome.text)) // JSON all the same, as with a member that is there twice
    document = parse_lenient_json(outcome.text);
  if (!document && outcome.ending == service::Ending::length)
    throw early(one_line(outcome.worst_reason, longest_reason), allow_more);
  const auto report = document ? service::check_against_schema(*document, *schema)
                               : service::SchemaReport{"it is not a JSON document", {}};
  if (!report.unchecked.empty())
    context.notice("Part of the schema was not checked: " + join(report.unchecked, ", ") + ".");
  if (report.violation)
    throw Error{ErrorKind::service, "the answer does not match the schema: " + *report.violation,
                "try again, or use another model; the answer was written to standard output"};
}

} // namespace

void require_endings(const InvokeOptions& options) {
  for (const auto& ending : options.fail_on)
    if (ending != "length" && ending != "filter")
      throw Error{ErrorKind::usage, "--fail-on must be length or filter", "use --strict for both"};
}

void validate_answer(const Answer& answer, const InvokeOptions& options, const std::string& schema,
                     Context& context) {
  const auto& outcome = answer.outcome;
  const std::string again =
      outcome.empty ? "try again" : "try again; the partial answer was written to standard output";
  if (outcome.end == service::ChatEnd::failed)
    throw Error{ErrorKind::service,
                (outcome.is_foreign ? "what the service sent is no answer: "
                 : outcome.empty    ? "the service reported an error in its answer: "
                                    : "the service reported an error in the middle of its answer: ") +
                    outcome.error,
                again}
        .with_request_id(answer.request_id);
  if (outcome.end == service::ChatEnd::cut)
    throw Error{ErrorKind::incomplete,
                answer.break_off.empty() ? "the answer ended without its end marker and may be incomplete"
                                         : "the answer was cut short: " + answer.break_off,
                again}
        .with_request_id(answer.request_id);
  validate_ending(outcome, options, context);
  validate_form(outcome, schema, context);
}

void report_notable(const service::ChatOutcome& outcome, Context& context) {
  if (!outcome.refusal.empty())
    context.notice("The model refused: " + one_line(outcome.refusal, longest_remark));
  for (const auto& call : outcome.tool_calls)
    context.notice("The model called a tool: " + one_line(call, longest_remark));
  if (outcome.choices > 1)
    context.notice("This is the first of " + std::to_string(outcome.choices) +
                   " answers; --json prints them all.");
  constexpr std::size_t most_named = 5;
  const auto named = std::min(outcome.further.size(), most_named);
  for (std::size_t i = 0; i < named; ++i)
    context.notice("The answer also holds '" + one_line(outcome.further[i], 40) + "'; --json prints it.");
  if (outcome.further.size() > named)
    context.notice("The answer holds " + std::to_string(outcome.further.size() - named) +
                   " more members; --json prints them all.");
  if (outcome.empty && outcome.end == service::ChatEnd::complete)
    context.notice("The model answered without text" +
                   (outcome.finish_reason.empty()
                        ? std::string{}
                        : " (finish_reason " + one_line(outcome.finish_reason, 40) + ")") +
                   "; --json prints the whole answer.");
}

} // namespace chutes::cli
