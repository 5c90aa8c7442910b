#include "service/chat/chat_completion.hpp"

#include "base/terminal_text.hpp"
#include "service/chat/chat_answer.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {

class ChatReader::Answer final : public ChatAnswer {
public:
  using ChatAnswer::ChatAnswer;
};

ChatReader::ChatReader(ChatListener& listener, bool streamed, Kept kept)
    : m_listener(listener), m_streamed(streamed), m_answer(std::make_unique<Answer>(kept)) {}

ChatReader::~ChatReader() = default;

void ChatReader::feed(std::string_view bytes) {
  if (!m_streamed) {
    require_within_limit(m_body.size() + bytes.size());
    m_body.append(bytes);
    return;
  }
  m_events.feed(bytes, [this](std::string_view data) { read_event(data); });
  m_answer->flush(m_listener);
}

bool ChatReader::done() const {
  return m_answer->over();
}

void ChatReader::read_event(std::string_view data) {
  if (m_answer->over() || data.empty() || m_answer->add_fast(data))
    return;
  m_answer->finish_fast_path(m_listener);
  if (data == "[DONE]")
    return m_answer->mark_done();
  const auto chunk = parse_json(data);
  if (!chunk || !chunk->is_object())
    return m_answer->fail("one of its events is not a JSON object");
  const Json* error = find_field(*chunk, "error");
  if (error != nullptr && !error->is_null())
    return m_answer->fail(error_detail(std::string{data}));
  m_answer->add_chunk(*chunk, m_listener);
  m_answer->learn(data, *chunk);
}

// A line without "data:" is an error of the service, or an answer that was not streamed after all. Other text
// at the end may be a truncated event.
void ChatReader::read_unframed(std::string_view text) {
  auto document = parse_json(text);
  if (document && find_field(*document, "error") != nullptr)
    m_answer->fail(error_detail(std::string{text}));
  else if (document && find_field(*document, "choices") != nullptr && !m_answer->begun())
    m_answer->add_whole(std::move(*document), m_listener);
}

void ChatReader::read_body() {
  auto document = parse_json(m_body);
  if (!document || !document->is_object())
    m_answer->fail("it is not a JSON object");
  else if (const Json* error = find_field(*document, "error"); error != nullptr && !error->is_null())
    m_answer->fail(error_detail(m_body));
  else
    m_answer->add_whole(std::move(*document), m_listener);
}

ChatOutcome ChatReader::finish(bool cut) {
  m_answer->finish_fast_path(m_listener);
  if (m_streamed && !m_answer->over()) {
    read_unframed(m_events.stray_line());
    read_unframed(m_events.rest());
    if (!m_answer->begun() && !m_answer->over() && !cut && m_events.is_malformed())
      m_answer->fail("it is not an event stream");
  } else if (!m_streamed && !cut) {
    read_body();
  }
  if (m_answer->over() && !m_answer->begun())
    m_answer->fail("it contains no answer");
  auto outcome = m_answer->outcome();
  outcome.response = m_answer->response();
  if (cut && !m_answer->over())
    outcome.end = ChatEnd::cut;
  return outcome;
}

} // namespace chutes::service
