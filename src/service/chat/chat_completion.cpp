#include "service/chat/chat_completion.hpp"

#include "base/ascii.hpp"
#include "base/lenient_json.hpp"
#include "base/terminal_text.hpp"
#include "service/chat/chat_answer.hpp"
#include "service/chat/chat_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace chutes::service {
namespace {

constexpr const char* unreadable_event = "one of its events is not a JSON object";

bool is_structured(std::string_view text) {
  return text.starts_with('{') || text.starts_with('[');
}

bool is_end_marker(std::string_view text) {
  return equals_ignoring_case(trim(text, " \t\r\n\""), "[DONE]");
}

} // namespace

class ChatReader::Answer final : public ChatAnswer {
public:
  using ChatAnswer::ChatAnswer;
};

ChatReader::ChatReader(ChatListener& listener, bool streamed, Kept kept)
    : m_listener(listener),
      m_asked(streamed ? Framing::events : Framing::document),
      m_answer(std::make_unique<Answer>(kept)) {}

ChatReader::~ChatReader() = default;

void ChatReader::feed(std::string_view bytes) {
  if (m_framing == Framing::events)
    return feed_events(bytes);
  require_within_limit(m_body.size() + bytes.size());
  m_body.append(bytes);
  if (m_framing == Framing::undecided)
    m_framing = framing_of(m_content_type, m_body, m_asked);
  if (m_framing == Framing::events)
    feed_events(std::exchange(m_body, {}));
}

void ChatReader::feed_events(std::string_view bytes) {
  m_events.feed(bytes, [this](std::string_view data) { read_event(data); });
  m_answer->flush(m_listener);
}

bool ChatReader::done() const {
  return m_answer->over();
}

void ChatReader::read_event(std::string_view data) {
  if (m_answer->over() ||
      (m_events.name().empty() && !m_events.has_stray_lines() && m_answer->add_fast(data)))
    return;
  m_answer->finish_fast_path(m_listener);
  if (names_error(m_events.name()))
    return m_answer->fail(reason_in(data));
  if (is_end_marker(data)) {
    read_stray_lines(); // an error, perhaps
    return m_answer->mark_done();
  }
  read_data(data);
  read_stray_lines();
}

// The data of an event is one chunk. Some servers forget the blank lines between events, or "data:" before
// the further lines of one; some send a comment or a word of their own as data.
void ChatReader::read_data(std::string_view data) {
  auto rest = trim(data);
  const auto* const begin = rest.data();
  while (!rest.empty() && !rest.starts_with(':') && !m_answer->over()) {
    if (is_end_marker(rest))
      return m_answer->mark_done();
    const bool is_first = rest.data() == begin;
    auto chunk = take_json(rest);
    rest = trim(rest);
    if (!chunk)
      return read_unreadable(rest);
    if (is_first && rest.empty())
      m_answer->learn(data, *chunk);
    read_document(std::move(*chunk), false);
  }
}

void ChatReader::read_unreadable(std::string_view data) {
  const bool is_named = !m_events.name().empty() && m_events.name() != "message";
  if (is_structured(data) && m_events.has_stray_lines())
    read_data(std::string{data} + "\n" + m_events.take_stray_lines());
  else if (is_structured(data) && !m_ending)
    m_answer->miss(unreadable_event);
  else if (!is_structured(data) && !is_named)
    m_answer->doubt(reason_in(data));
}

// Lines without "data:" hold an error of the service, or an answer that was not streamed after all. Anything
// else may be a truncated event.
void ChatReader::read_stray_lines() {
  if (!m_events.has_stray_lines())
    return;
  const auto lines = m_events.take_stray_lines();
  std::string_view rest = trim(lines);
  while (!rest.empty() && !m_answer->over()) {
    if (auto document = is_structured(rest) ? take_json(rest) : std::nullopt)
      read_document(std::move(*document), true);
    else
      read_stray_line(rest);
    rest = trim(rest);
  }
}

// Removes the first line of `rest`, of which JSON may need more.
void ChatReader::read_stray_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const auto colon = rest.find(':');
  const auto name = trim(rest.substr(0, colon), " \"{");
  const bool is_field = colon < end && std::all_of(name.begin(), name.end(), [](char c) {
                          return is_letter(c) || c == '_' || c == '-';
                        });
  if (is_field && names_error(name))
    m_answer->fail(reason_in(rest.substr(colon + 1)));
  else if (is_structured(rest) && end < rest.size() && m_answer->begun())
    m_answer->miss(unreadable_event);
  rest.remove_prefix(end);
}

// A chunk, or a list of them. `alone`: not as the data of an event, so that it may be a whole answer.
void ChatReader::read_document(Json document, bool alone) {
  if (document.is_array())
    for (auto& item : document)
      read_object(std::move(item), alone);
  else
    read_object(std::move(document), alone);
}

void ChatReader::read_object(Json document, bool alone) {
  if (!document.is_object() && !document.is_null() && !alone)
    m_answer->doubt(reason_in(json_line(document)));
  if (!document.is_object() || m_answer->over())
    return;
  const auto error = reported_error(document);
  if (!error && may_be_error(document))
    return m_answer->doubt(reason_in(json_line(document)));
  const bool holds_choices = find_field(document, "choices") != nullptr;
  if (alone && holds_choices)
    m_answer->add_whole(std::move(document), m_listener);
  else if (!alone && (holds_choices || !error))
    m_answer->add_chunk(document, m_listener);
  if (error)
    m_answer->fail(*error);
}

// One document, or several, or one and then events: "data: [DONE]".
void ChatReader::read_body() {
  std::string_view rest = m_body;
  while (!m_answer->over() && !trim(rest).empty()) {
    auto document = take_json(rest);
    if (!document)
      break;
    read_document(std::move(*document), true);
  }
  if (trim(rest).size() < trim(m_body).size())
    m_events.feed(rest, [this](std::string_view data) { read_event(data); });
}

// Why what came is no answer at all; empty if it is one, or an error, or may have been cut.
std::string ChatReader::foreign_form() const {
  if (m_answer->begun() || m_answer->failed())
    return "";
  const auto framing = m_framing == Framing::undecided ? m_asked : m_framing;
  if (framing == Framing::document && !parse_lenient_json(m_body).value_or(Json{}).is_object())
    return "it is not a JSON object";
  if (framing == Framing::document || m_answer->over())
    return "it contains no answer";
  return m_events.is_malformed() ? "it is not an event stream" : "";
}

ChatOutcome ChatReader::finish(bool cut) {
  m_ending = true;
  if (m_framing != Framing::events)
    read_body();
  m_events.finish([this](std::string_view data) { read_event(data); });
  if (!m_answer->over())
    read_stray_lines();
  m_answer->finish(m_listener, cut);
  const auto foreign = cut && !m_answer->over() ? std::string{} : foreign_form();
  if (!foreign.empty())
    m_answer->fail(foreign);
  auto outcome = m_answer->outcome();
  outcome.is_foreign = !foreign.empty();
  outcome.response = m_answer->response();
  if (cut && !m_answer->over() && outcome.end == ChatEnd::complete && m_framing != Framing::document)
    outcome.end = ChatEnd::cut;
  return outcome;
}

} // namespace chutes::service
