#include "service/chat/chat_request.hpp"

#include "base/ascii.hpp"
#include "base/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::service {
namespace {

Json content_of(const ChatRequest& request) {
  if (request.images.empty())
    return request.prompt;
  Json parts = Json::array({Json{{"type", "text"}, {"text", request.prompt}}});
  for (const auto& url : request.images)
    parts.push_back({{"type", "image_url"}, {"image_url", {{"url", url}}}});
  return parts;
}

Json message_of(const ChatRequest& request) {
  return {{"role", "user"}, {"content", content_of(request)}};
}

Json messages_of(const ChatRequest& request) {
  Json messages = Json::array();
  if (!request.system.empty())
    messages.push_back({{"role", "system"}, {"content", request.system}});
  for (const auto& earlier : request.earlier)
    if (auto message = parse_json(earlier))
      messages.push_back(std::move(*message));
  messages.push_back(message_of(request));
  return messages;
}

// The API requires a name of letters, digits, '_' and '-': the schema's title if it is one.
std::string schema_name(const Json& schema) {
  constexpr std::size_t longest = 64;
  const auto title = string_field(schema, "title").value_or("");
  const bool fits = !title.empty() && title.size() <= longest &&
                    std::all_of(title.begin(), title.end(),
                                [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
  return fits ? title : "answer";
}

Json response_format(const std::string& schema_text) {
  const Json schema = parse_json(schema_text).value_or(Json::object());
  return {{"type", "json_schema"},
          {"json_schema", {{"name", schema_name(schema)}, {"schema", schema}, {"strict", true}}}};
}

} // namespace

std::string chat_body(const ChatRequest& request) {
  Json body{{"model", request.model}, {"messages", messages_of(request)}, {"stream", request.stream}};
  if (request.temperature)
    body["temperature"] = *request.temperature;
  if (request.max_tokens)
    body["max_tokens"] = *request.max_tokens;
  if (!request.stop.empty())
    body["stop"] = request.stop;
  if (request.seed)
    body["seed"] = *request.seed;
  if (!request.schema.empty())
    body["response_format"] = response_format(request.schema);
  auto text = json_line(body);
  if (request.parameters.size() > 2) { // not "{}"
    text.back() = ',';
    text += std::string_view{request.parameters}.substr(1);
  }
  return text;
}

std::string user_message(const ChatRequest& request) {
  return json_line(message_of(request));
}

} // namespace chutes::service
