// A fake language model: its answer depends only on the request, so that tests can predict it, and has the
// form of the service's engines, whole or as the events of a stream.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

struct ToolCall {
  std::string name;
  std::vector<std::string> pieces; // of the arguments, each a token

  [[nodiscard]] std::string arguments() const;
};

// One answer of the model; each piece is a token.
struct Generation {
  std::vector<std::string> reasoning;
  std::vector<std::string> pieces;
  std::vector<ToolCall> tool_calls;
  std::string finish_reason; // "stop", "length" or "tool_calls"
  std::string matched_stop;  // the stop text that ended the answer; may be empty

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string reasoning_text() const;
  [[nodiscard]] std::size_t completion_tokens() const;
};

// The answers to one request, of which `n` may ask for several.
struct Completion {
  std::vector<Generation> choices;
  std::size_t prompt_tokens = 0;
  std::optional<std::size_t> logprobs; // how many alternatives to list for each token; absent: no logprobs

  [[nodiscard]] std::size_t completion_tokens() const;
  [[nodiscard]] std::size_t reasoning_tokens() const;
};

enum class CompletionKind { chat, text };

// Returns the detail of a 400 answer if the service or its engine rejects the request, else nothing.
[[nodiscard]] std::optional<std::string> engine_refusal(const Json& request, CompletionKind kind);

// Returns "You said: " and the user's last message, after the system message in brackets if there is one;
// from the second question on, and from the second answer to one, with its number. Results of tools are
// repeated instead. A text completion continues the prompt. With `tools` the answer is calls of them (see
// tool_calls.hpp), with `response_format` JSON that matches the schema. Honours `max_tokens` (or
// `max_completion_tokens`), `stop`, `n` and, over `thinks`, `chat_template_kwargs`. `request` must have
// passed engine_refusal.
[[nodiscard]] Completion complete(const Json& request, CompletionKind kind, bool thinks);

// The members of an answer besides its text.
struct CompletionFacts {
  CompletionKind kind = CompletionKind::chat;
  std::string id;
  std::string model;
  std::int64_t created = 0; // Unix time
};

// Returns the answer as one document.
[[nodiscard]] Json completion_answer(const Completion& completion, const CompletionFacts& facts);
// Returns the events of a stream, each with `data: ` and a blank line: chunks with `usage` (null in the
// first), those of several choices in turn, a last chunk without choices, and `[DONE]`.
[[nodiscard]] std::vector<std::string> completion_events(const Completion& completion,
                                                         const CompletionFacts& facts);

} // namespace chutes::sandbox
