#include "base/ascii.hpp"
#include "sandbox/models/chat.hpp"

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
    if (role != "user")
      continue;
    conversation.question = text;
    ++conversation.questions;
  }
  return conversation;
}

std::string reply_to(const Conversation& conversation) {
  std::string reply;
  if (!conversation.system.empty())
    reply += "[" + conversation.system + "] ";
  reply += "You said: " + conversation.question;
  if (conversation.questions > 1)
    reply += " (question " + std::to_string(conversation.questions) + ")";
  return reply;
}

std::string structured_reply(const Json& format, const std::string& text) {
  const Json* wrapped = find_field(format, "json_schema");
  const Json* schema = wrapped == nullptr ? nullptr : find_field(*wrapped, "schema");
  return json_line(schema == nullptr ? Json{{"answer", text}} : example_of_schema(*schema, text));
}

std::vector<std::string> stop_texts(const Json& request) {
  const Json* stop = find_field(request, "stop");
  if (stop == nullptr)
    return {};
  if (stop->is_string())
    return {stop->get<std::string>()};
  return stop->is_array() ? stop->get<std::vector<std::string>>() : std::vector<std::string>{};
}

void apply_stop(const Json& request, std::string& text, Generation& generation) {
  for (const auto& stop : stop_texts(request)) {
    const auto found = text.find(stop);
    if (stop.empty() || found == std::string::npos)
      continue;
    text.resize(found);
    generation.matched_stop = stop;
  }
}

void apply_limit(const Json& request, Generation& generation) {
  auto limit = integer_field(request, "max_completion_tokens");
  if (!limit)
    limit = integer_field(request, "max_tokens");
  if (!limit || static_cast<std::size_t>(*limit) >= generation.completion_tokens())
    return;
  const auto allowed = static_cast<std::size_t>(*limit);
  generation.reasoning.resize(std::min(allowed, generation.reasoning.size()));
  generation.pieces.resize(allowed - generation.reasoning.size());
  generation.finish_reason = "length";
}

std::optional<std::string> refused_messages(const Json& request) {
  const Json* messages = find_field(request, "messages");
  if (messages == nullptr || !messages->is_array() || messages->empty())
    return "Invalid request: Invalid request: messages: Field required";
  for (const auto& message : *messages) {
    const Json* content = find_field(message, "content");
    if (!string_field(message, "role"))
      return "Invalid request: Invalid request: messages: role: Field required";
    if (content == nullptr || !content->is_array())
      continue;
    for (const auto& part : *content)
      if (string_field(part, "type") == "file")
        return "File content not currently supported";
  }
  return std::nullopt;
}

} // namespace

std::string Generation::text() const {
  return join(pieces, "");
}

std::string Generation::reasoning_text() const {
  return join(reasoning, "");
}

std::optional<std::string> engine_refusal(const Json& request, CompletionKind kind) {
  if (kind == CompletionKind::text && !string_field(request, "prompt"))
    return "Invalid request: Invalid request: prompt: Field required";
  if (kind == CompletionKind::chat)
    if (auto refused = refused_messages(request))
      return refused;
  if (const auto limit = integer_field(request, "max_tokens"); limit && *limit < 1)
    return "Invalid request: Invalid request: max_tokens must be at least 1, got " + std::to_string(*limit) +
           ".";
  if (const auto temperature = number_field(request, "temperature"); temperature && *temperature < 0)
    return "Invalid request: Invalid request: temperature must be non-negative";
  return std::nullopt;
}

Generation generate(const Json& request, CompletionKind kind, bool reasons) {
  Generation generation;
  generation.finish_reason = "stop";
  std::string text;
  if (kind == CompletionKind::chat) {
    const auto conversation = conversation_of(request);
    text = reply_to(conversation);
    if (const Json* format = find_field(request, "response_format");
        format != nullptr && string_field(*format, "type").value_or("text") != "text")
      text = structured_reply(*format, conversation.question);
    generation.prompt_tokens = pieces_of(conversation.everything).size();
    if (reasons)
      generation.reasoning = pieces_of("The user said: " + conversation.question + " I shall repeat it.");
  } else {
    const auto prompt = *string_field(request, "prompt");
    text = " ... and so on, after: " + prompt;
    generation.prompt_tokens = pieces_of(prompt).size();
  }
  apply_stop(request, text, generation);
  generation.pieces = pieces_of(text);
  apply_limit(request, generation);
  return generation;
}

Json example_of_schema(const Json& schema, const std::string& text) {
  if (const Json* values = find_field(schema, "enum");
      values != nullptr && values->is_array() && !values->empty())
    return values->front();
  const auto type = string_field(schema, "type").value_or("object");
  if (type == "string")
    return text;
  if (type == "integer" || type == "number")
    return 1;
  if (type == "boolean")
    return true;
  if (type == "null")
    return nullptr;
  if (type == "array") {
    const Json* items = find_field(schema, "items");
    return items == nullptr ? Json::array() : Json::array({example_of_schema(*items, text)});
  }
  Json object = Json::object();
  if (const Json* properties = find_field(schema, "properties");
      properties != nullptr && properties->is_object())
    for (const auto& [name, property] : properties->items())
      object[name] = example_of_schema(property, text);
  return object;
}

} // namespace chutes::sandbox
