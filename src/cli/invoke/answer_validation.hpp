// Checks a complete answer: how it ended, whether it matches the schema, and what it holds besides text.
#pragma once

#include "cli/invoke/invoke_options.hpp"
#include "service/chat/chat_completion.hpp"

#include <string>

namespace chutes::cli {

struct Answer {
  service::ChatOutcome outcome;
  std::string request_id; // may be empty
  std::string break_off;  // why the connection broke before the end; empty if it did not
};

// Throws Error{usage} if a value of --fail-on is neither "length" nor "filter".
void require_endings(const InvokeOptions& options);

// Throws Error{service} if the service failed in the middle of the answer or the answer does not match
// `schema` (JSON; empty: no schema), and Error{incomplete} if it was cut, or ended in a way that --fail-on or
// --strict treats as a failure. Prints a notice of any other ending that may not be a good one.
void validate_answer(const Answer& answer, const InvokeOptions& options, const std::string& schema,
                     Context& context);

// Prints a notice of everything the text does not show: a refusal, tool calls, further answers and members,
// and an answer without text.
void report_notable(const service::ChatOutcome& outcome, Context& context);

} // namespace chutes::cli
