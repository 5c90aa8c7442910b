#include "service/chat/chat_ending.hpp"

#include "base/ascii.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::service {
namespace {

struct Word {
  std::string_view text;
  Ending ending;
};

constexpr std::array words{
    Word{"", Ending::complete},
    Word{"complete", Ending::complete},
    Word{"completed", Ending::complete},
    Word{"end_turn", Ending::complete},
    Word{"eos", Ending::complete},
    Word{"eos_token", Ending::complete},
    Word{"finish_reason_stop", Ending::complete},
    Word{"function_call", Ending::complete},
    Word{"stop", Ending::complete},
    Word{"stop_sequence", Ending::complete},
    Word{"stop_token", Ending::complete},
    Word{"tool_call", Ending::complete},
    Word{"tool_calls", Ending::complete},
    Word{"tool_use", Ending::complete},
    Word{"context_length_exceeded", Ending::length},
    Word{"finish_reason_length", Ending::length},
    Word{"finish_reason_max_tokens", Ending::length},
    Word{"length", Ending::length},
    Word{"max_length", Ending::length},
    Word{"max_new_tokens", Ending::length},
    Word{"max_output_tokens", Ending::length},
    Word{"max_tokens", Ending::length},
    Word{"model_context_window_exceeded", Ending::length},
    Word{"model_length", Ending::length},
    Word{"token_limit", Ending::length},
    Word{"blocklist", Ending::filter},
    Word{"content_filter", Ending::filter},
    Word{"content_filtered", Ending::filter},
    Word{"filter", Ending::filter},
    Word{"guardrail_intervened", Ending::filter},
    Word{"image_safety", Ending::filter},
    Word{"prohibited_content", Ending::filter},
    Word{"recitation", Ending::filter},
    Word{"refusal", Ending::filter},
    Word{"safety", Ending::filter},
    Word{"sensitive", Ending::filter},
    Word{"spii", Ending::filter},
    Word{"abort", Ending::failed},
    Word{"aborted", Ending::failed},
    Word{"canceled", Ending::failed},
    Word{"cancelled", Ending::failed},
    Word{"engine_error", Ending::failed},
    Word{"error", Ending::failed},
    Word{"failed", Ending::failed},
    Word{"failure", Ending::failed},
    Word{"insufficient_system_resource", Ending::failed},
    Word{"internal_error", Ending::failed},
    Word{"malformed_function_call", Ending::failed},
    Word{"network_error", Ending::failed},
    Word{"server_error", Ending::failed},
    Word{"timeout", Ending::failed},
};

} // namespace

Ending ending_of(std::string_view finish_reason) {
  auto text = lower(trim(finish_reason));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '-' || c == ' '; }, '_');
  const auto* found =
      std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.text == text; });
  return found == words.end() ? Ending::unknown : found->ending;
}

bool supersedes(std::string_view later, std::string_view earlier) {
  const auto before = ending_of(earlier);
  const auto after = ending_of(later);
  if (after == Ending::unknown)
    return before == Ending::complete || before == Ending::unknown;
  return before == Ending::unknown || after >= before;
}

std::string finish_reason_text(const Json& finish_reason) {
  if (const auto type = string_field(finish_reason, "type"))
    return *type;
  if (finish_reason.is_string())
    return finish_reason.get<std::string>();
  return finish_reason.is_null() ? "" : json_line(finish_reason);
}

} // namespace chutes::service
