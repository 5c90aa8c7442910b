#include "service/chat/chat_answer.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/lenient_json.hpp"
#include "base/terminal_text.hpp"
#include "service/chat/json_merge.hpp"
#include "service/chat/token_prices.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chutes::service {
namespace {

// Text that is passed on as it comes.
bool is_streamed_text(const std::string& name) {
  return name == "content" || name == "reasoning_content" || name == "reasoning";
}

// How many bytes a member of a delta adds to the kept answer.
std::size_t size_of(const Json& value) {
  return value.is_string() ? value.get_ref<const std::string&>().size()
         : value.is_null() ? 0
                           : json_line(value).size();
}

// All calls of a message, as text.
std::vector<std::string> call_texts(const Json& message) {
  std::vector<std::string> texts;
  if (const Json* calls = find_field(message, "tool_calls"); calls != nullptr && calls->is_array())
    for (const auto& call : *calls) {
      const Json* function = find_field(call, "function");
      texts.push_back(call_text(function == nullptr ? call : *function));
    }
  if (const Json* function = find_field(message, "function_call");
      function != nullptr && function->is_object())
    texts.push_back(call_text(*function));
  return texts;
}

// The text of a message's content: a string, or a list of parts.
std::string content_text(const Json& message) {
  const Json* content = find_field(message, "content");
  if (content == nullptr || !content->is_array())
    return string_field(message, "content").value_or("");
  std::string text;
  for (const auto& part : *content)
    text += string_field(part, "text").value_or("");
  return text;
}

Json text_part(std::string_view text) {
  return {{"type", "text"}, {"text", text}};
}

// Members of a message that have a field of their own in ChatOutcome, or are empty.
bool is_covered(const std::string& name, const Json& value) {
  const bool is_empty = value.is_string() ? value.get_ref<const std::string&>().empty() : value.empty();
  if (is_empty)
    return true;
  if (name == "content" && !value.is_string())
    return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& part) {
             return string_field(part, "text").has_value();
           });
  constexpr std::array<std::string_view, 7> covered{"role",       "content", "reasoning_content", "reasoning",
                                                    "tool_calls", "refusal", "function_call"};
  return std::find(covered.begin(), covered.end(), name) != covered.end();
}

constexpr std::size_t longest_reason = 100; // bytes of a finish_reason

std::string reason_of(const Json& choice) {
  const Json* reason = find_field(choice, "finish_reason");
  return reason == nullptr ? "" : finish_reason_text(*reason);
}

// By how much a member grows when `value` takes the place of `before`.
std::size_t growth(const Json& before, const Json& value) {
  if (before == value)
    return 0;
  const auto old_size = size_of(before);
  const auto new_size = size_of(value);
  return new_size > old_size ? new_size - old_size : 0;
}

} // namespace

void require_within_limit(std::size_t bytes) {
  constexpr std::size_t longest_answer = 64U << 20U;
  if (bytes > longest_answer)
    throw Error{ErrorKind::service, "the answer is longer than 64 MiB", "ask for a shorter answer"};
}

void ChatAnswer::count_kept(std::size_t bytes) {
  m_bytes_kept += bytes;
  require_within_limit(m_bytes_kept);
}

ChatAnswer::Choice& ChatAnswer::choice_at(long index) {
  constexpr std::size_t choice_size = 1024; // roughly the size of an empty choice, with room to grow
  const auto [found, is_new] = m_choices.try_emplace(index);
  if (is_new) {
    count_kept(choice_size);
    found->second.json = Json{{"index", index},
                              {"message", {{"role", "assistant"}, {"content", nullptr}}},
                              {"finish_reason", nullptr}};
  }
  return found->second;
}

void ChatAnswer::report_text(std::string_view text, ChatListener& listener) {
  if (text.empty())
    return;
  m_has_text = true;
  if (const auto complete = m_text.next(text); !complete.empty())
    listener.text(complete);
}

// Passes on the text of a delta or a message. Engines use two names for a model's reasoning.
void ChatAnswer::report(const Json& message, ChatListener& listener) {
  auto reasoning = string_field(message, "reasoning_content");
  if (!reasoning)
    reasoning = string_field(message, "reasoning");
  const auto thought = reasoning.value_or("");
  if (const auto complete = m_reasoning.next(thought); !complete.empty())
    listener.reasoning(complete);
  report_text(content_text(message), listener);
}

// The member of `object`, whose members these are; counted if it is new.
Json& ChatAnswer::member_of(Json& object, JsonMembers& members, const std::string& name) {
  constexpr std::size_t member_size = 1024; // roughly the size of an empty one, with room to grow
  const auto before = object.size();
  Json& member = members.at(object, name);
  if (object.size() > before)
    count_kept(member_size + name.size());
  return member;
}

void ChatAnswer::add_delta(Choice& choice, const Json& delta) {
  Json& message = choice.json["message"];
  for (const auto& item : delta.items())
    if (!item.value().is_null())
      add_member(choice, member_of(message, choice.message_members, item.key()), item.key(), item.value());
}

void ChatAnswer::add_member(Choice& choice, Json& member, const std::string& name, const Json& value) {
  if (value.is_string() && is_streamed_text(name))
    return add_text(member, value.get_ref<const std::string&>());
  const bool is_kept = m_kept == Kept::response || (m_kept == Kept::text && name == "content");
  if (is_kept && is_streamed_text(name) && value.is_structured())
    return add_parts(member, value);
  if (name == "tool_calls") {
    count_kept(size_of(value));
    choice.calls.add(member, value);
  } else if (name == "function_call" && value.is_object()) {
    count_kept(size_of(value));
    add_function(member, value);
  } else if (is_kept || name == "refusal") {
    count_kept(size_of(value));
    merge_member(member, name, value, Texts::append);
  } else {
    count_kept(growth(member, value));
    member = value; // only its name is reported
  }
}

// If nothing is kept, only records that there was text. After parts the text is one too.
void ChatAnswer::add_text(Json& member, std::string_view text) {
  if (!member.is_string() && !member.is_array())
    member = "";
  if (m_kept == Kept::nothing || text.empty())
    return;
  count_kept(text.size());
  if (member.is_array())
    member.push_back(text_part(text));
  else
    member.get_ref<std::string&>() += text;
}

// A text that comes in parts; one that came as a string until now becomes the first of them.
void ChatAnswer::add_parts(Json& member, const Json& parts) {
  count_kept(size_of(parts));
  if (member.is_string() && !member.get_ref<const std::string&>().empty())
    member = Json::array({text_part(member.get_ref<const std::string&>())});
  if (!member.is_array())
    member = Json::array();
  if (parts.is_array())
    member.insert(member.end(), parts.begin(), parts.end());
  else
    member.push_back(parts);
}

// The piece of the message in a chunk: its delta, or what some engines send in its place. A message beside
// deltas only repeats them.
const Json* ChatAnswer::piece_of(const Json& choice, Choice& kept) {
  const Json* delta = find_field(choice, "delta");
  const bool has_delta = delta != nullptr && delta->is_object() && !delta->empty();
  const Json* message = find_field(choice, "message");
  if (!has_delta && !kept.has_deltas && message != nullptr && message->is_object())
    return message;
  kept.has_deltas = kept.has_deltas || has_delta;
  return has_delta ? delta : nullptr;
}

void ChatAnswer::add_choice(const Json& choice, ChatListener& listener) {
  const auto index = static_cast<long>(integer_field(choice, "index").value_or(0));
  Choice& kept = choice_at(index);
  if (const Json* piece = piece_of(choice, kept)) {
    if (index == 0)
      report(*piece, listener);
    add_delta(kept, *piece);
  } else if (const auto text = string_field(choice, "text")) { // of a completion that is no chat
    if (index == 0)
      report_text(*text, listener);
    add_text(kept.json["text"], *text);
  }
  if (const auto reason = reason_of(choice); !reason.empty() && supersedes(reason, reason_of(kept.json)))
    kept.json["finish_reason"] = choice.at("finish_reason");
  constexpr std::array<std::string_view, 5> taken{"delta", "finish_reason", "index", "message", "text"};
  for (const auto& item : choice.items()) {
    if (std::find(taken.begin(), taken.end(), item.key()) != taken.end() || item.value().is_null() ||
        m_kept != Kept::response)
      continue;
    count_kept(size_of(item.value()));
    merge_member(member_of(kept.json, kept.members, item.key()), item.key(), item.value(), Texts::replace);
  }
}

void ChatAnswer::add_envelope(const Json& chunk) {
  if (!m_envelope.is_object())
    m_envelope = Json::object();
  for (const auto& item : chunk.items()) {
    if (item.key() == "choices" || item.key() == "usage")
      continue;
    Json& member = member_of(m_envelope, m_envelope_members, item.key());
    count_kept(growth(member, item.value()));
    member = item.value() == "chat.completion.chunk" ? Json("chat.completion") : item.value();
  }
}

void ChatAnswer::add_chunk(const Json& chunk, ChatListener& listener) {
  const Json* choices = find_field(chunk, "choices");
  const Json* usage = find_field(chunk, "usage");
  const bool is_notice = choices == nullptr && usage == nullptr && string_field(chunk, "type").has_value();
  if (!m_whole.is_null() || is_notice) // such as {"type":"ping"}
    return;
  m_begun = m_begun || (choices != nullptr && choices->is_array());
  if (m_kept == Kept::response)
    add_envelope(chunk);
  if (usage != nullptr && usage->is_object())
    m_usage = *usage;
  if (choices != nullptr && choices->is_array())
    for (const auto& choice : *choices)
      if (choice.is_object())
        add_choice(choice, listener);
}

bool ChatAnswer::add_fast(std::string_view data) {
  if (!m_fast_path.read(data, m_pending_text))
    return false;
  m_last_fast = data;
  return true;
}

void ChatAnswer::flush_text(ChatListener& listener) {
  if (m_pending_text.empty())
    return;
  add_text(choice_at(0).json["message"]["content"], m_pending_text);
  if (m_text.holds_back())
    report_text(m_pending_text, listener);
  else
    listener.text(m_pending_text); // it is UTF-8
  m_has_text = true;
  m_pending_text.clear();
}

void ChatAnswer::flush(ChatListener& listener) {
  if (!m_last_fast.empty())
    m_unparsed = std::exchange(m_last_fast, {});
  flush_text(listener);
}

void ChatAnswer::finish_fast_path(ChatListener& listener) {
  flush(listener);
  if (m_unparsed.empty())
    return;
  auto chunk = parse_lenient_json(std::exchange(m_unparsed, {}));
  if (!chunk)
    return;
  for (auto& choice : (*chunk)["choices"])
    choice.erase("delta"); // already passed on
  add_chunk(*chunk, listener);
}

void ChatAnswer::add_whole(Json document, ChatListener& listener) {
  const Json* choices = find_field(document, "choices");
  if (choices == nullptr || !choices->is_array() || choices->empty())
    return;
  const Json& first = choices->front();
  const Json* message = find_field(first, "message");
  const Json* delta = find_field(first, "delta");
  const auto text = string_field(first, "text"); // of a completion that is no chat
  const bool has_message = message != nullptr && message->is_object();
  const bool has_delta = delta != nullptr && delta->is_object();
  if (m_begun || (has_delta && !has_message)) {
    add_chunk(document, listener);
  } else if (has_message || text) {
    m_begun = true;
    if (const Json* usage = find_field(document, "usage"); usage != nullptr && usage->is_object())
      m_usage = *usage;
    if (has_message)
      report(*message, listener);
    else
      report_text(*text, listener);
    m_whole = std::move(document);
  }
}

void ChatAnswer::fail(std::string reason) {
  if (m_failed)
    return;
  m_failed = true;
  m_error = reason.empty() ? "no reason given" : std::move(reason);
}

void ChatAnswer::doubt(const std::string& reason) {
  if (m_doubt.empty())
    m_doubt = reason;
}

void ChatAnswer::miss(const std::string& reason) {
  if (m_missed.empty())
    m_missed = reason;
}

void ChatAnswer::finish(ChatListener& listener, bool cut) {
  finish_fast_path(listener);
  if (const auto text = m_text.end(); !text.empty())
    listener.text(text);
  if (const auto reasoning = m_reasoning.end(); !reasoning.empty())
    listener.reasoning(reasoning);
  make_well_formed(m_whole);
  make_well_formed(m_envelope);
  for (auto& item : m_choices)
    make_well_formed(item.second.json);
  if (!m_missed.empty())
    fail(m_missed);
  else if (!m_doubt.empty() && !cut && !ended())
    fail(m_doubt);
}

std::vector<const Json*> ChatAnswer::choices() const {
  std::vector<const Json*> choices;
  if (m_whole.is_null())
    for (const auto& item : m_choices)
      choices.push_back(&item.second.json);
  else
    for (const auto& choice : m_whole.at("choices"))
      choices.push_back(&choice);
  return choices;
}

bool ChatAnswer::ended() const {
  const auto all = choices();
  return !m_whole.is_null() || (!all.empty() && std::all_of(all.begin(), all.end(), [](const Json* choice) {
    return !reason_of(*choice).empty();
  }));
}

Json ChatAnswer::assembled() const {
  if (!m_whole.is_null())
    return m_whole;
  Json document = m_envelope.is_object() ? m_envelope : Json::object();
  document["choices"] = Json::array();
  for (const auto* choice : choices())
    document["choices"].push_back(*choice);
  if (!m_usage.is_null())
    document["usage"] = m_usage;
  return document;
}

std::string ChatAnswer::response() const {
  if (!m_begun || m_kept != Kept::response)
    return "";
  return m_whole.is_null() ? json_line(assembled()) : json_line(m_whole);
}

// Fills in the fields for the first choice's message.
void ChatAnswer::describe_message(ChatOutcome& outcome) const {
  const auto all = choices();
  outcome.choices = all.size();
  const auto found = m_choices.find(0);
  const Json* first =
      m_whole.is_null() ? (found == m_choices.end() ? nullptr : &found->second.json) : all.front();
  if (first == nullptr)
    return;
  outcome.finish_reason = reason_of(*first);
  const Json* message = find_field(*first, "message");
  if (message == nullptr || !message->is_object())
    return;
  if (m_kept != Kept::nothing)
    outcome.text = content_text(*message) + string_field(*first, "text").value_or("");
  outcome.refusal = string_field(*message, "refusal").value_or("");
  outcome.tool_calls = call_texts(*message);
  for (const auto& item : message->items())
    if (!is_covered(item.key(), item.value()))
      outcome.further.push_back(item.key());
}

// Fills in how the worst of the choices ended.
void ChatAnswer::describe_ending(ChatOutcome& outcome) const {
  for (const auto* choice : choices()) {
    const auto reason = reason_of(*choice);
    const auto ending = ending_of(reason);
    if (ending <= outcome.ending)
      continue;
    outcome.ending = ending;
    outcome.worst_reason = reason;
  }
}

ChatOutcome ChatAnswer::outcome() const {
  ChatOutcome result;
  result.end = m_failed ? ChatEnd::failed : m_marked_done || ended() ? ChatEnd::complete : ChatEnd::cut;
  result.error = m_error;
  result.prompt_tokens = token_count(m_usage, "prompt_tokens");
  result.completion_tokens = token_count(m_usage, "completion_tokens");
  result.empty = !m_has_text;
  describe_message(result);
  describe_ending(result);
  if (!m_failed && result.ending == Ending::failed) {
    result.end = ChatEnd::failed;
    result.error = "finish_reason " + quote(one_line(result.worst_reason, longest_reason));
  }
  return result;
}

} // namespace chutes::service
