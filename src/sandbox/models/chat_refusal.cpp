#include "sandbox/models/chat.hpp"
#include "sandbox/models/structured_output.hpp"
#include "sandbox/models/tool_calls.hpp"

#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

// The functions here return why they refuse, empty if they do not.

bool is_json(const std::string& text) {
  return text.empty() || parse_json(text).has_value();
}

bool has_readable_calls(const Json& message) {
  const Json* calls = objects_field(message, "tool_calls");
  if (calls == nullptr)
    return true;
  for (const auto& call : *calls)
    if (const Json* function = find_field(call, "function");
        function != nullptr && !is_json(string_field(*function, "arguments").value_or("")))
      return false;
  return true;
}

bool has_file(const Json& message) {
  const Json* content = find_field(message, "content");
  if (content == nullptr || !content->is_array())
    return false;
  for (const auto& part : *content)
    if (string_field(part, "type") == "file")
      return true;
  return false;
}

// What the service refuses before it asks an engine.
std::string refused_by_service(const Json& messages) {
  for (const auto& message : messages) {
    if (has_file(message))
      return "File content not currently supported";
    if (!has_readable_calls(message))
      return "Invalid tool_calls.function.arguments value, expected JSON";
  }
  return {};
}

std::string refused_messages(const Json* messages) {
  if (messages == nullptr || !messages->is_array() || messages->empty())
    return "messages: Field required";
  for (const auto& message : *messages)
    if (!string_field(message, "role"))
      return "messages: role: Field required";
  return {};
}

// The cord of text completions takes one text, no list of them.
std::string refused_prompt(const Json& request) {
  const Json* prompt = find_field(request, "prompt");
  if (prompt == nullptr)
    return "prompt: Field required";
  return prompt->is_string() ? "" : "prompt: Input should be a valid string";
}

std::string refused_stop(const Json& request) {
  const Json* stop = find_field(request, "stop");
  if (stop == nullptr || stop->is_null() || stop->is_string())
    return {};
  const bool texts = stop->is_array() && strings_field(request, "stop").size() == stop->size();
  return texts ? "" : "stop: Input should be a valid string";
}

std::string refused_numbers(const Json& request) {
  constexpr std::int64_t most_choices = 128;
  for (const char* name : {"max_tokens", "max_completion_tokens"})
    if (const auto limit = integer_field(request, name); limit && *limit < 1)
      return std::string{name}.append(" must be at least 1, got ").append(std::to_string(*limit)).append(".");
  if (const auto n = integer_field(request, "n"); n && (*n < 1 || *n > most_choices))
    return "n must be between 1 and " + std::to_string(most_choices) + ", got " + std::to_string(*n) + ".";
  if (const auto temperature = number_field(request, "temperature"); temperature && *temperature < 0)
    return "temperature must be non-negative";
  return {};
}

std::string refused_by_engine(const Json& request, CompletionKind kind) {
  auto refused = kind == CompletionKind::text ? refused_prompt(request)
                                              : refused_messages(find_field(request, "messages"));
  for (const auto check : {refused_numbers, refused_stop})
    if (refused.empty())
      refused = check(request);
  for (const auto check : {tools_refusal, format_refusal})
    if (refused.empty())
      refused = check(request).value_or("");
  return refused;
}

} // namespace

std::optional<std::string> engine_refusal(const Json& request, CompletionKind kind) {
  std::string refused;
  if (const Json* messages = find_field(request, "messages"); messages != nullptr && messages->is_array())
    refused = refused_by_service(*messages);
  if (!refused.empty())
    return refused;
  refused = refused_by_engine(request, kind);
  if (refused.empty())
    return std::nullopt;
  return "Invalid request: Invalid request: " + refused;
}

} // namespace chutes::sandbox
