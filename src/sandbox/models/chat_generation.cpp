#include "base/ascii.hpp"
#include "sandbox/models/chat.hpp"
#include "sandbox/models/structured_output.hpp"
#include "sandbox/models/tool_calls.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace chutes::sandbox {
namespace {

constexpr std::size_t longest_piece = 12; // bytes

bool continues_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Splits text into words with their leading spaces; splits long words further, never inside a code point.
std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces;
  std::string piece;
  for (const char c : text) {
    const bool word_ends =
        (c == ' ' || c == '\n') && !piece.empty() && piece.back() != ' ' && piece.back() != '\n';
    if (word_ends || (piece.size() >= longest_piece && !continues_code_point(c)))
      pieces.push_back(std::exchange(piece, {}));
    piece += c;
  }
  if (!piece.empty())
    pieces.push_back(piece);
  return pieces;
}

// The text of a message: its content, or its text parts and the number of its images.
std::string message_text(const Json& message) {
  const Json* content = find_field(message, "content");
  if (content == nullptr || content->is_null())
    return {};
  if (content->is_string())
    return content->get<std::string>();
  std::string text;
  std::size_t images = 0;
  for (const auto& part : *content) {
    text += string_field(part, "text").value_or("");
    images += string_field(part, "type") == "image_url" ? 1U : 0U;
  }
  if (images > 0)
    text += " (images: " + std::to_string(images) + ")";
  return text;
}

struct Conversation {
  std::string system;
  std::string question;
  std::size_t questions = 0;
  std::vector<std::string> tool_results; // since the question
  std::string everything;
};

Conversation conversation_of(const Json& request) {
  Conversation conversation;
  for (const auto& message : request.at("messages")) {
    const auto role = string_field(message, "role").value_or("");
    const auto text = message_text(message);
    conversation.everything += text + " ";
    if (role == "system" || role == "developer")
      conversation.system = text;
    if (role == "tool")
      conversation.tool_results.push_back(text);
    if (role != "user")
      continue;
    conversation.question = text;
    conversation.tool_results.clear();
    ++conversation.questions;
  }
  return conversation;
}

std::string reply_to(const Conversation& conversation) {
  std::string reply;
  if (!conversation.system.empty())
    reply += "[" + conversation.system + "] ";
  if (!conversation.tool_results.empty())
    return reply + "The tools said: " + join(conversation.tool_results, "; ");
  reply += "You said: " + conversation.question;
  if (conversation.questions > 1)
    reply += " (question " + std::to_string(conversation.questions) + ")";
  return reply;
}

std::vector<std::string> stop_texts(const Json& request) {
  if (const auto stop = string_field(request, "stop"))
    return {*stop};
  return strings_field(request, "stop");
}

// Ends the text before the first stop text within it.
void apply_stop(const Json& request, std::string& text, Generation& generation) {
  for (const auto& stop : stop_texts(request)) {
    const auto found = text.find(stop);
    if (stop.empty() || found == std::string::npos)
      continue;
    text.resize(found);
    generation.matched_stop = stop;
  }
}

// Keeps the first `allowed` pieces and counts them down.
void keep_first(std::vector<std::string>& pieces, std::size_t& allowed) {
  pieces.resize(std::min(allowed, pieces.size()));
  allowed -= pieces.size();
}

std::optional<std::int64_t> token_limit(const Json& request) {
  const auto limit = integer_field(request, "max_completion_tokens");
  return limit ? limit : integer_field(request, "max_tokens");
}

void apply_limit(const Json& request, Generation& generation) {
  const auto limit = token_limit(request);
  if (!limit || static_cast<std::size_t>(*limit) >= generation.completion_tokens())
    return;
  auto allowed = static_cast<std::size_t>(*limit);
  keep_first(generation.reasoning, allowed);
  keep_first(generation.pieces, allowed);
  for (auto& call : generation.tool_calls)
    keep_first(call.pieces, allowed);
  std::erase_if(generation.tool_calls, [](const ToolCall& call) { return call.pieces.empty(); });
  generation.finish_reason = "length";
}

void add_calls(const std::vector<FunctionCall>& calls, Generation& generation) {
  for (const auto& call : calls)
    generation.tool_calls.push_back({call.name, pieces_of(call.arguments)});
  if (!calls.empty())
    generation.finish_reason = "tool_calls";
}

// The template of a model turns thinking on and off by either name.
bool thinks_for(const Json& request, bool thinks) {
  if (const Json* settings = find_field(request, "chat_template_kwargs"))
    for (const char* name : {"enable_thinking", "thinking"})
      thinks = bool_field(*settings, name).value_or(thinks);
  return thinks;
}

std::string chat_text(const Json& request, const Conversation& conversation, std::size_t choice) {
  if (auto structured = structured_answer(request, conversation.question))
    return *std::move(structured);
  auto text = reply_to(conversation);
  if (choice > 0)
    text += " (answer " + std::to_string(choice + 1) + ")";
  return text;
}

Generation chat_generation(const Json& request, const Conversation& conversation, std::size_t choice,
                           bool thinks) {
  Generation generation;
  generation.finish_reason = "stop";
  if (thinks_for(request, thinks))
    generation.reasoning = pieces_of("The user said: " + conversation.question + " I shall repeat it.");
  add_calls(function_calls(request, conversation.question, !conversation.tool_results.empty()), generation);
  if (generation.tool_calls.empty()) {
    auto text = chat_text(request, conversation, choice);
    apply_stop(request, text, generation);
    generation.pieces = pieces_of(text);
  }
  apply_limit(request, generation);
  return generation;
}

Generation text_generation(const Json& request, const std::string& prompt, std::size_t choice) {
  Generation generation;
  generation.finish_reason = "stop";
  auto text = " ... and so on, after: " + prompt;
  if (choice > 0)
    text += " (answer " + std::to_string(choice + 1) + ")";
  apply_stop(request, text, generation);
  generation.pieces = pieces_of(text);
  apply_limit(request, generation);
  return generation;
}

// How many alternatives to list for each token: chats ask with a flag and a number, text completions with a
// number.
std::optional<std::size_t> wanted_logprobs(const Json& request, CompletionKind kind) {
  constexpr std::int64_t most = 20;
  auto number = integer_field(request, kind == CompletionKind::chat ? "top_logprobs" : "logprobs");
  if (bool_field(request, "logprobs") == true)
    number = number.value_or(1);
  else if (kind == CompletionKind::chat)
    number.reset();
  return number ? std::optional{static_cast<std::size_t>(std::clamp<std::int64_t>(*number, 0, most))}
                : std::nullopt;
}

} // namespace

std::string ToolCall::arguments() const {
  return join(pieces, "");
}

std::string Generation::text() const {
  return join(pieces, "");
}

std::string Generation::reasoning_text() const {
  return join(reasoning, "");
}

std::size_t Generation::completion_tokens() const {
  auto tokens = reasoning.size() + pieces.size();
  for (const auto& call : tool_calls)
    tokens += call.pieces.size();
  return tokens;
}

std::size_t Completion::completion_tokens() const {
  std::size_t tokens = 0;
  for (const auto& choice : choices)
    tokens += choice.completion_tokens();
  return tokens;
}

std::size_t Completion::reasoning_tokens() const {
  std::size_t tokens = 0;
  for (const auto& choice : choices)
    tokens += choice.reasoning.size();
  return tokens;
}

Completion complete(const Json& request, CompletionKind kind, bool thinks) {
  Completion completion;
  completion.logprobs = wanted_logprobs(request, kind);
  const auto wanted = static_cast<std::size_t>(integer_field(request, "n").value_or(1));
  completion.choices.reserve(wanted);
  if (kind == CompletionKind::chat) {
    const auto conversation = conversation_of(request);
    completion.prompt_tokens = pieces_of(conversation.everything).size();
    for (std::size_t choice = 0; choice < wanted; ++choice)
      completion.choices.push_back(chat_generation(request, conversation, choice, thinks));
  } else {
    const auto prompt = *string_field(request, "prompt");
    completion.prompt_tokens = pieces_of(prompt).size();
    for (std::size_t choice = 0; choice < wanted; ++choice)
      completion.choices.push_back(text_generation(request, prompt, choice));
  }
  return completion;
}

} // namespace chutes::sandbox
