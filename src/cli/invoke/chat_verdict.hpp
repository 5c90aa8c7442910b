// What to make of an answer that has come: how it ended, whether it fits, and what beside its text was in it.
#pragma once

#include "cli/invoke/invoke_options.hpp"
#include "service/chat/chat_completion.hpp"

#include <string>

namespace chutes::cli {

struct Answer {
  service::ChatOutcome outcome;
  std::string request_id; // may be empty
  std::string break_off;  // why the connection ended in mid-answer; empty: it did not
};

// Throws Error{usage} for words of --fail-on that name no ending.
void require_endings(const InvokeOptions& options);

// Throws Error{service} if the service gave up in mid-answer or the answer breaks `schema` (JSON; empty: it
// may be anything), and Error{incomplete} if it was cut, or stopped in a way that --fail-on or --strict name.
void judge(const Answer& answer, const InvokeOptions& options, const std::string& schema, Context& context);

// Says what a reader of the text alone would miss: a refusal, tool calls, other answers and members, and that
// there was no text at all.
void remark_on(const service::ChatOutcome& outcome, Context& context);

} // namespace chutes::cli
