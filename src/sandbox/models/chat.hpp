// A language model without a mind: its answer follows from the request alone, so that tests can know it, and
// has the form the service's engines give it, whole or as the events of a stream.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

// What the model "thought": pieces are its tokens.
struct Generation {
  std::vector<std::string> reasoning;
  std::vector<std::string> pieces;
  std::string finish_reason; // "stop" or "length"
  std::string matched_stop;  // the stop text that ended it; may be empty
  std::size_t prompt_tokens = 0;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string reasoning_text() const;
  [[nodiscard]] std::size_t completion_tokens() const { return reasoning.size() + pieces.size(); }
};

enum class CompletionKind { chat, text };

// Why the engine will not answer: the detail of a 400 answer. Absent if the request is fine.
[[nodiscard]] std::optional<std::string> engine_refusal(const Json& request, CompletionKind kind);

// "You said: " and the last message of the user, after the system message in brackets if there is one; from
// the second question on with its number. A text completion continues the prompt. With `response_format` it
// is a JSON text that fits the schema. `max_tokens` (or `max_completion_tokens`) and `stop` are obeyed.
// `request` has passed engine_refusal.
[[nodiscard]] Generation generate(const Json& request, CompletionKind kind, bool reasons);

// What an answer says besides its text.
struct CompletionFacts {
  CompletionKind kind = CompletionKind::chat;
  std::string id;
  std::string model;
  std::int64_t created = 0; // Unix time
};

// The whole answer.
[[nodiscard]] Json completion_answer(const Generation& generation, const CompletionFacts& facts);
// The events of a stream, each with its `data: ` and blank line: `usage` in every chunk (null in the first),
// a last chunk without choices, and `[DONE]`.
[[nodiscard]] std::vector<std::string> completion_events(const Generation& generation,
                                                         const CompletionFacts& facts);

// The smallest value that fits a JSON schema (types, properties, enum, items; `text` where a string is
// wanted).
[[nodiscard]] Json example_of_schema(const Json& schema, const std::string& text);

} // namespace chutes::sandbox
