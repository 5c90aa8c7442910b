// A fake language model: its answer depends only on the request, so that tests can predict it, and has the
// form of the service's engines, whole or as the events of a stream.
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

// The output of the model; each piece is a token.
struct Generation {
  std::vector<std::string> reasoning;
  std::vector<std::string> pieces;
  std::string finish_reason; // "stop" or "length"
  std::string matched_stop;  // the stop text that ended the answer; may be empty
  std::size_t prompt_tokens = 0;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string reasoning_text() const;
  [[nodiscard]] std::size_t completion_tokens() const { return reasoning.size() + pieces.size(); }
};

enum class CompletionKind { chat, text };

// Returns the detail of a 400 answer if the engine rejects the request, else nothing.
[[nodiscard]] std::optional<std::string> engine_refusal(const Json& request, CompletionKind kind);

// Returns "You said: " and the user's last message, after the system message in brackets if there is one;
// from the second question on with its number. A text completion continues the prompt. With `response_format`
// the answer is JSON that matches the schema. Honours `max_tokens` (or `max_completion_tokens`) and `stop`.
// `request` must have passed engine_refusal.
[[nodiscard]] Generation generate(const Json& request, CompletionKind kind, bool reasons);

// The members of an answer besides its text.
struct CompletionFacts {
  CompletionKind kind = CompletionKind::chat;
  std::string id;
  std::string model;
  std::int64_t created = 0; // Unix time
};

// Returns the answer as one document.
[[nodiscard]] Json completion_answer(const Generation& generation, const CompletionFacts& facts);
// Returns the events of a stream, each with `data: ` and a blank line: chunks with `usage` (null in the
// first), a last chunk without choices, and `[DONE]`.
[[nodiscard]] std::vector<std::string> completion_events(const Generation& generation,
                                                         const CompletionFacts& facts);

// Returns a minimal value that matches a JSON Schema (type, properties, enum, items), with `text` for each
// string.
[[nodiscard]] Json example_of_schema(const Json& schema, const std::string& text);

} // namespace chutes::sandbox
