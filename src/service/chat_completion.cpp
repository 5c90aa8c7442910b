#include "service/chat_completion.hpp"

#include "base/terminal_text.hpp"
#include "service/chat_answer.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {

std::string chat_body(const ChatRequest& request) {
  Json messages = Json::array();
  if (!request.system.empty())
    messages.push_back({{"role", "system"}, {"content", request.system}});
  messages.push_back({{"role", "user"}, {"content", request.prompt}});
  Json body{{"model", request.model}, {"messages", messages}, {"stream", request.stream}};
  if (request.temperature)
    body["temperature"] = *request.temperature;
  if (request.max_tokens)
    body["max_tokens"] = *request.max_tokens;
  return json_line(body);
}

struct ChatReader::Answer : ChatAnswer {};

ChatReader::ChatReader(ChatListener& listener, bool streamed)
    : m_listener(listener), m_streamed(streamed), m_answer(std::make_unique<Answer>()) {}

ChatReader::~ChatReader() = default;

void ChatReader::feed(std::string_view bytes) {
  if (m_streamed)
    m_events.feed(bytes, [this](std::string_view data) { read_event(data); });
  else
    m_body.append(bytes);
}

bool ChatReader::done() const {
  return m_answer->marked_done;
}

void ChatReader::read_event(std::string_view data) {
  if (m_answer->marked_done)
    return;
  if (data == "[DONE]") {
    m_answer->marked_done = true;
    return;
  }
  const auto chunk = parse_json(data);
  if (!chunk || !chunk->is_object())
    return; // not ours to judge: the end marker or its absence will tell
  if (const Json* error = find_field(*chunk, "error"); error != nullptr && !error->is_null())
    m_answer->fail(error_detail(std::string{data}));
  else
    m_answer->add_chunk(*chunk, m_listener);
}

// What stands in the stream without "data:" can only be the service's last words.
void ChatReader::read_unframed(std::string_view text) {
  const auto document = parse_json(text);
  if (document && find_field(*document, "error") != nullptr)
    m_answer->fail(error_detail(std::string{text}));
}

ChatOutcome ChatReader::finish() {
  if (!m_streamed) {
    const auto document = parse_json(m_body);
    if (document && document->is_object())
      m_answer->take_whole(*document, m_listener);
  } else if (!m_answer->marked_done) {
    read_unframed(m_events.stray_line());
    read_unframed(m_events.rest());
  }
  return m_answer->outcome();
}

} // namespace chutes::service
