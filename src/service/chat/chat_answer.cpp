#include "service/chat/chat_answer.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chutes::service {
namespace {

// Merges the pieces of tool calls: calls are identified by index, arguments arrive in parts.
void add_tool_calls(Json& message, const Json& pieces) {
  Json& calls = message["tool_calls"];
  if (!calls.is_array())
    calls = Json::array();
  for (const auto& piece : pieces) {
    const auto index =
        static_cast<std::size_t>(std::max<std::int64_t>(0, integer_field(piece, "index").value_or(0)));
    constexpr std::size_t most_calls = 256;
    if (index >= most_calls)
      continue;
    while (calls.size() <= index)
      calls.push_back(
          Json{{"id", ""}, {"type", "function"}, {"function", {{"name", ""}, {"arguments", ""}}}});
    Json& call = calls[index];
    if (const auto id = string_field(piece, "id"))
      call["id"] = *id;
    if (const Json* function = find_field(piece, "function"))
      for (const char* name : {"name", "arguments"})
        if (const auto part = string_field(*function, name))
          call["function"][name].get_ref<std::string&>() += *part;
  }
}

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

// "name(arguments)" of each function call; the JSON of any other call.
std::vector<std::string> call_texts(const Json& calls) {
  std::vector<std::string> texts;
  if (!calls.is_array())
    return texts;
  for (const auto& call : calls) {
    const Json* function = find_field(call, "function");
    const auto name = function == nullptr ? std::nullopt : string_field(*function, "name");
    texts.push_back(name ? *name + "(" + string_field(*function, "arguments").value_or("") + ")"
                         : json_line(call));
  }
  return texts;
}

// Members of a message that have a field of their own in ChatOutcome, or are empty.
bool is_covered(const std::string& name, const Json& value) {
  const bool is_empty = value.is_string() ? value.get_ref<const std::string&>().empty() : value.empty();
  if (is_empty)
    return true;
  if (name == "content" && !value.is_string())
    return false;
  constexpr std::array<std::string_view, 6> covered{"role",      "content",    "reasoning_content",
                                                    "reasoning", "tool_calls", "refusal"};
  return std::find(covered.begin(), covered.end(), name) != covered.end();
}

std::optional<long> token_count(const Json& usage, const char* name) {
  const auto count = integer_field(usage, name);
  return count ? std::optional<long>{static_cast<long>(*count)} : std::nullopt;
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

// Sets a member that later chunks may replace, and counts what it adds.
void ChatAnswer::set_member(Json& object, const std::string& name, const Json& value) {
  constexpr std::size_t member_size =
      1024; // roughly that of an empty one, and of the time to find it among many
  const auto found = object.find(name);
  if (found == object.end()) {
    count_kept(member_size + name.size() + size_of(value));
    object[name] = value;
  } else if (*found != value) {
    const auto before = size_of(*found);
    const auto after = size_of(value);
    count_kept(after > before ? after - before : 0);
    *found = value;
  }
}

Json& ChatAnswer::choice_at(long index) {
  constexpr std::size_t choice_size = 1024; // roughly the size of an empty choice, with room to grow
  auto found = m_choices.find(index);
  if (found == m_choices.end())
    count_kept(choice_size);
  if (found == m_choices.end())
    found = m_choices
                .emplace(index, Json{{"index", index},
                                     {"message", {{"role", "assistant"}, {"content", nullptr}}},
                                     {"finish_reason", nullptr}})
                .first;
  return found->second;
}

// Passes on the text of a delta or a message. Engines use two names for a model's reasoning.
void ChatAnswer::report(const Json& message, ChatListener& listener) {
  auto reasoning = string_field(message, "reasoning_content");
  if (!reasoning)
    reasoning = string_field(message, "reasoning");
  if (reasoning && !reasoning->empty())
    listener.reasoning(*reasoning);
  const auto text = string_field(message, "content");
  if (!text || text->empty())
    return;
  m_has_text = true;
  listener.text(*text);
}

// Appends texts, merges tool calls and replaces any other member.
void ChatAnswer::add_delta(Json& message, const Json& delta) {
  for (const auto& item : delta.items()) {
    const auto& value = item.value();
    if (value.is_string() && is_streamed_text(item.key())) {
      add_text(message[item.key()], value.get_ref<const std::string&>());
      continue;
    }
    count_kept(size_of(value));
    if (item.key() == "tool_calls" && value.is_array())
      add_tool_calls(message, value);
    else if (item.key() != "role" && value.is_string() && message.contains(item.key()) &&
             message[item.key()].is_string())
      message[item.key()].get_ref<std::string&>() += value.get_ref<const std::string&>();
    else if (!value.is_null())
      set_member(message, item.key(), value);
  }
}

// If nothing is kept, only records that there was text.
void ChatAnswer::add_text(Json& member, std::string_view text) {
  if (!member.is_string())
    member = "";
  if (m_kept == Kept::nothing)
    return;
  count_kept(text.size());
  member.get_ref<std::string&>() += text;
}

void ChatAnswer::add_choice(const Json& choice, ChatListener& listener) {
  const auto index = static_cast<long>(integer_field(choice, "index").value_or(0));
  Json& kept = choice_at(index);
  const Json* delta = find_field(choice, "delta");
  if (delta != nullptr && delta->is_object()) {
    if (index == 0)
      report(*delta, listener);
    add_delta(kept["message"], *delta);
  }
  // A chunk must not replace the message assembled from deltas.
  for (const auto& item : choice.items())
    if (item.key() != "delta" && item.key() != "index" && item.key() != "message" && !item.value().is_null())
      set_member(kept, item.key(), item.value());
}

void ChatAnswer::add_chunk(const Json& chunk, ChatListener& listener) {
  m_begun = true;
  for (const auto& item : chunk.items()) {
    if (item.key() == "choices" || item.key() == "usage")
      continue;
    set_member(m_envelope, item.key(), item.key() == "object" ? Json("chat.completion") : item.value());
  }
  if (const Json* usage = find_field(chunk, "usage"); usage != nullptr && usage->is_object())
    m_usage = *usage;
  if (const Json* choices = find_field(chunk, "choices"); choices != nullptr && choices->is_array())
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
  m_has_text = true;
  add_text(choice_at(0)["message"]["content"], m_pending_text);
  listener.text(m_pending_text);
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
  auto chunk = parse_json(std::exchange(m_unparsed, {}));
  if (!chunk)
    return;
  for (auto& choice : (*chunk)["choices"])
    choice.erase("delta"); // already passed on
  add_chunk(*chunk, listener);
}

void ChatAnswer::add_whole(Json document, ChatListener& listener) {
  if (const Json* usage = find_field(document, "usage"); usage != nullptr && usage->is_object())
    m_usage = *usage;
  const Json* choices = find_field(document, "choices");
  const bool has_choices = choices != nullptr && choices->is_array() && !choices->empty();
  const Json* message = has_choices ? find_field(choices->front(), "message") : nullptr;
  if (message == nullptr || !message->is_object())
    return fail("it contains no answer");
  m_begun = true;
  m_choices[0] = choices->front();
  report(*message, listener);
  m_whole = std::move(document);
}

void ChatAnswer::fail(std::string reason) {
  if (m_failed)
    return;
  m_failed = true;
  m_error = reason.empty() ? "no reason given" : std::move(reason);
}

Json ChatAnswer::assembled() const {
  if (!m_whole.is_null())
    return m_whole;
  Json document = m_envelope.is_object() ? m_envelope : Json::object();
  document["choices"] = Json::array();
  for (const auto& [index, choice] : m_choices)
    document["choices"].push_back(choice);
  if (!m_usage.is_null())
    document["usage"] = m_usage;
  return document;
}

std::string ChatAnswer::response() const {
  return m_begun && m_kept == Kept::response ? json_line(assembled()) : "";
}

// Fills in the fields for the first choice's message.
void ChatAnswer::describe_message(ChatOutcome& outcome) const {
  outcome.choices = m_whole.is_null() ? m_choices.size() : m_whole.at("choices").size();
  const auto first = m_choices.find(0);
  const Json* message = first == m_choices.end() ? nullptr : find_field(first->second, "message");
  if (message == nullptr || !message->is_object())
    return;
  if (m_kept != Kept::nothing)
    outcome.text = string_field(*message, "content").value_or("");
  outcome.refusal = string_field(*message, "refusal").value_or("");
  if (const Json* calls = find_field(*message, "tool_calls"))
    outcome.tool_calls = call_texts(*calls);
  for (const auto& item : message->items())
    if (!is_covered(item.key(), item.value()))
      outcome.further.push_back(item.key());
}

std::string ChatAnswer::first_finish_reason() const {
  const auto first = m_choices.find(0);
  return first == m_choices.end() ? "" : string_field(first->second, "finish_reason").value_or("");
}

ChatOutcome ChatAnswer::outcome() const {
  ChatOutcome result;
  result.finish_reason = first_finish_reason();
  const bool complete = m_marked_done || !result.finish_reason.empty() || !m_whole.is_null();
  result.end = m_failed ? ChatEnd::failed : complete ? ChatEnd::complete : ChatEnd::cut;
  result.error = m_error;
  result.prompt_tokens = token_count(m_usage, "prompt_tokens");
  result.completion_tokens = token_count(m_usage, "completion_tokens");
  result.empty = !m_has_text;
  describe_message(result);
  return result;
}

} // namespace chutes::service
